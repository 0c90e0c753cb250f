// The journal in use: when entries are made, how many may wait, what happens to the rest.
import { describe, expect, it } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { exchangeEvents, failureVerdict, storeInMemory } from '../../test/support/journal-events.ts';
import type { ExchangeScript } from '../../test/support/journal-events.ts';
import { EVERYTHING, recording } from '../../test/support/journal-recording.ts';
import { ended } from '../../test/support/outcomes.ts';
import { startJournal } from './journal.ts';
import { keepingOf, retentionOf } from './keeping.ts';
import { journalSchema } from './options.ts';

const REQUEST = Buffer.from('{"model":"m","messages":[{"role":"user","content":"Hello"}]}');
const GOOD = { outcome: ended({ shown: 'content' }), verdict: { kind: 'good', ended: true } } as const;
const ignored = (): void => undefined;

describe('the journal', () => {
  const plain = (id: string): ExchangeScript => ({ id, received: REQUEST, attempts: [] });

  it('makes entries when the exchange is over for a moment, without being asked', async () => {
    const clock = new FakeClock();
    const store = storeInMemory();
    const journal = startJournal(Promise.resolve(store), clock, ignored);
    const observe = journal.observer(() => EVERYTHING);
    for (const id of ['a', 'b']) for (const event of exchangeEvents(plain(id))) observe(event);
    await settle();
    expect(store.kept.size).toBe(0);
    await clock.advance(25);
    expect([...store.kept.keys()]).toEqual(['a', 'b']);
    for (const event of exchangeEvents(plain('c'))) observe(event);
    await clock.advance(25);
    expect(store.kept.size).toBe(3);
    expect(store.batches).toEqual([2, 1]);
  });

  it('lets requests be served while it makes many', async () => {
    const { journal, clock } = recording();
    const observe = journal.observer(() => EVERYTHING);
    for (let id = 0; id < 20; id += 1) for (const event of exchangeEvents(plain(String(id)))) observe(event);
    let nowMs = 0;
    clock.nowMs = () => (nowMs += 10);
    let served = 0;
    const serving = (async () => {
      for (; served < 15; served += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    expect(await journal.store.list({ limit: 100 })).toHaveLength(20);
    expect(served).toBe(15);
    await serving;
  });

  it('holds only so many exchanges that wait for the disk, and drops what comes on top', async () => {
    const clock = new FakeClock();
    const store = storeInMemory();
    let open: (opened: typeof store) => void = () => undefined;
    const journal = startJournal(new Promise((resolve) => (open = resolve)), clock, ignored);
    const observe = journal.observer(() => EVERYTHING);
    for (let id = 0; id < 1_005; id += 1)
      for (const event of exchangeEvents(plain(String(id)))) observe(event);
    expect(journal.dropped).toBe(5);
    open(store);
    expect(await journal.store.list({ limit: 2_000 })).toHaveLength(1_000);
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    for (let id = 0; id < 12; id += 1)
      for (const event of exchangeEvents({ ...plain(`large ${id}`), received: large })) observe(event);
    expect(journal.dropped).toBe(7);
    store.dropped = 3;
    expect(journal.dropped).toBe(10);
    await journal.close();
    expect(store.isClosed).toBe(true);
  });

  it('gives all entries, those that wait included', async () => {
    const { journal } = recording();
    for (const event of exchangeEvents(plain('a'))) journal.observer(() => EVERYTHING)(event);
    const observe = journal.observer(() => EVERYTHING);
    for (const event of exchangeEvents(plain('b'))) observe(event);
    const ids: string[] = [];
    for await (const { id } of journal.store.entries()) ids.push(id);
    // The first was told to a new observer each time: nobody saw it begin and end.
    expect(ids).toEqual(['b']);
  });

  it('does nothing when it is switched off', async () => {
    expect(await recording().record(plain('exchange'), { ...EVERYTHING, enabled: false })).toBeUndefined();
  });

  it('forgets the oldest of very many exchanges that do not end', async () => {
    const { journal } = recording();
    const observe = journal.observer(() => EVERYTHING);
    const [start] = exchangeEvents(plain('first'));
    const [, , end] = exchangeEvents(plain('first'));
    if (start !== undefined) observe(start);
    for (let id = 0; id < 5_000; id += 1)
      for (const event of exchangeEvents(plain(String(id))).slice(0, 1)) observe(event);
    if (end !== undefined) observe(end);
    expect(await journal.store.get('first')).toBeUndefined();
    for (const event of exchangeEvents(plain('4999')).slice(1)) observe(event);
    expect(await journal.store.get('4999')).toBeDefined();
  });

  it('survives what can not be told', async () => {
    const { journal, record } = recording();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    await record({
      id: 'odd',
      attempts: [
        {
          why: 'first',
          judgements: [{ outcome: ended({ how: 'error-frame', error: circle }), verdict: failureVerdict() }],
        },
      ],
    });
    expect(journal.dropped).toBe(1);
    expect(await record(plain('next'))).toBeDefined();
  });

  it('ignores judgements of an attempt that nobody saw begin', async () => {
    const { journal } = recording();
    const observe = journal.observer(() => EVERYTHING);
    const events = exchangeEvents({ ...plain('a'), attempts: [{ why: 'first', judgements: [GOOD] }] });
    for (const event of events) if (event.kind !== 'attempt-start') observe(event);
    expect(await journal.store.get('a')).toMatchObject({ tries: [] });
  });
});

describe('entries for the log files', () => {
  it.each<[boolean, boolean, number, number, string]>([
    [true, true, 1, 1, 'both keep it'],
    [true, false, 1, 1, 'the journal alone: the files are told and decide by themselves'],
    [false, true, 0, 1, 'the files alone'],
    [false, false, 0, 0, 'nobody wants it: nothing is made'],
  ])('enabled %s, logged %s: %i remembered, %i told', async (enabled, isLogged, remembered, told) => {
    const store = storeInMemory();
    const heard: string[] = [];
    const journal = startJournal(Promise.resolve(store), new FakeClock(), ({ summary }) =>
      heard.push(summary.id),
    );
    const observe = journal.observer(() => ({ ...EVERYTHING, enabled, isLogged }));
    for (const event of exchangeEvents({ id: 'a', received: REQUEST, attempts: [] })) observe(event);
    expect(await journal.store.list({ limit: 9 })).toHaveLength(remembered);
    expect(heard).toHaveLength(told);
  });
});

describe('options', () => {
  it('keep everything for two weeks and 200 MB by default', () => {
    const options = journalSchema.parse({});
    const logging = { include_request_data: true, include_response_data: true, include_headers: true };
    expect(keepingOf(options, logging, false)).toEqual(EVERYTHING);
    expect(retentionOf(options)).toEqual({ maxAgeMs: 14 * 86_400_000, maxBytes: 200 * 1024 * 1024 });
  });

  it('follow what may be logged at all', () => {
    const logging = { include_request_data: false, include_response_data: false, include_headers: false };
    expect(keepingOf(journalSchema.parse({ enabled: false, bodies: 'none' }), logging, true)).toEqual({
      enabled: false,
      isLogged: true,
      bodies: 'none',
      requests: false,
      replies: false,
      headers: false,
    });
  });
});
