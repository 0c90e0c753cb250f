// The journal in use: when entries are made, how many may wait, what happens to the rest.
import { describe, expect, it } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
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

  it('writes an exchange that ends after a rest at once, and together what ends soon after it', async () => {
    const clock = new FakeClock();
    const store = storeInMemory();
    const journal = startJournal(Promise.resolve(store), clock, ignored);
    const observe = byEvents(journal.observer(() => EVERYTHING));
    for (const event of exchangeEvents(plain('a'))) observe(event);
    await settle();
    expect([...store.kept.keys()]).toEqual(['a']);
    for (const id of ['c', 'd']) {
      await clock.advance(10);
      for (const event of exchangeEvents(plain(id))) observe(event);
    }
    await clock.advance(29);
    expect(store.kept.size).toBe(1);
    await clock.advance(1);
    expect(store.kept.size).toBe(3);
    await clock.advance(200);
    for (const event of exchangeEvents(plain('e'))) observe(event);
    await settle();
    expect(store.kept.size).toBe(4);
  });

  it('lets requests be served between what it writes, and writes so much at once at most', async () => {
    const { journal, store } = recording();
    const observe = byEvents(journal.observer(() => EVERYTHING));
    for (let id = 0; id < 201; id += 1) for (const event of exchangeEvents(plain(String(id)))) observe(event);
    let served = 0;
    const serving = (async () => {
      for (; store.batches.length < 4; served += 1) await new Promise((resolve) => setImmediate(resolve));
    })();
    expect(await journal.store.list({ limit: 1_000 })).toHaveLength(201);
    expect(store.batches).toEqual([64, 64, 64, 9]);
    await serving;
    expect(served).toBeGreaterThanOrEqual(3);
  });

  it('does not wait for more once there is much to write', async () => {
    const { journal, store, clock } = recording();
    const observe = byEvents(journal.observer(() => EVERYTHING));
    const large = Buffer.alloc(3_000_000, 'x');
    const over = (id: string): void => {
      for (const event of exchangeEvents({ ...plain(id), received: large })) observe(event);
    };
    over('first');
    await settle();
    over('a');
    await settle();
    expect(store.batches).toEqual([1]);
    over('b');
    await settle();
    expect(store.batches).toEqual([1, 2]);
    over('c');
    await settle();
    expect(store.batches).toEqual([1, 2]);
    await clock.advance(50);
    expect(store.batches).toEqual([1, 2, 1]);
  });

  it('holds only so many exchanges that wait for the disk, and drops what comes on top', async () => {
    const clock = new FakeClock();
    const store = storeInMemory();
    let open: (opened: typeof store) => void = () => undefined;
    const journal = startJournal(new Promise((resolve) => (open = resolve)), clock, ignored);
    const observe = byEvents(journal.observer(() => EVERYTHING));
    for (let id = 0; id < 1_005; id += 1)
      for (const event of exchangeEvents(plain(String(id)))) observe(event);
    await settle();
    expect(journal.dropped).toBe(5);
    open(store);
    expect(await journal.store.list({ limit: 2_000 })).toHaveLength(1_000);
    store.dropped = 3;
    expect(journal.dropped).toBe(8);
    await journal.close();
    expect(store.isClosed).toBe(true);
  });

  it('holds only so many bytes that wait for the disk', async () => {
    const journal = startJournal(new Promise(() => undefined), new FakeClock(), ignored);
    const observe = byEvents(journal.observer(() => EVERYTHING));
    const large = Buffer.alloc(3 * 1024 * 1024, 'x');
    for (let id = 0; id < 7; id += 1)
      for (const event of exchangeEvents({ ...plain(String(id)), received: large })) observe(event);
    await settle();
    expect(journal.dropped).toBe(2);
  });

  it('gives all entries, those that wait included', async () => {
    const { journal } = recording();
    const observe = byEvents(journal.observer(() => EVERYTHING));
    for (const id of ['a', 'b']) exchangeEvents(plain(id)).forEach(observe);
    const ids: string[] = [];
    for await (const { id } of journal.store.entries()) ids.push(id);
    expect(ids).toEqual(['a', 'b']);
  });

  it('does nothing when it is switched off', async () => {
    expect(await recording().record(plain('exchange'), { ...EVERYTHING, enabled: false })).toBeUndefined();
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
    const observe = byEvents(journal.observer(() => EVERYTHING));
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
    const observe = byEvents(journal.observer(() => ({ ...EVERYTHING, enabled, isLogged })));
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
