import { describe, expect, it, onTestFinished } from 'vitest';
import {
  answered,
  attemptEntry,
  dashboardParts,
  failedEntry,
  journalEntry,
  memoryStore,
  retryable,
  serveDashboard,
} from '../../test/support/dashboard.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { RecordedOutcome } from '../journal/recorded-outcome.ts';
import type { JournalReader } from '../journal/store.ts';
import { recordedRoutes } from './recorded.ts';
import type { Recorded, RecordedTexts } from './wire-rules.ts';

interface Opened {
  readonly list: (query: string) => Promise<readonly Recorded[]>;
  readonly texts: (id: string) => Promise<RecordedTexts>;
  readonly ask: Awaited<ReturnType<typeof serveDashboard>>['ask'];
}

async function open(entries: readonly JournalEntry[], store = memoryStore(entries)): Promise<Opened> {
  const { ask, close } = await serveDashboard(dashboardParts({ store }));
  onTestFinished(close);
  return {
    ask,
    list: async (query) => (await ask('GET', `/api/workbench/recorded?${query}`)).json.recorded,
    texts: async (id) => (await ask('GET', `/api/workbench/recorded/${id}`)).json,
  };
}

const CUT: RecordedOutcome = {
  kind: 'ended',
  how: 'error-frame',
  status: 200,
  headers: [['x-a', 'b']],
  shown: 'nothing',
  error: { error: { message: 'worker died' } },
};

const SAVED = journalEntry({
  id: 'saved',
  startedAt: 5,
  attempts: 3,
  model: 'opus',
  profile: 'writing',
  tries: [
    attemptEntry(answered(503, 'overloaded'), retryable()),
    attemptEntry(answered(503, 'overloaded'), retryable(), { why: 'retry' }),
    attemptEntry(CUT, retryable(), { why: 'retry' }),
    attemptEntry({ kind: 'timed-out', phase: 'idle', afterMs: 1 }, retryable(), { why: 'retry' }),
    attemptEntry({ ...CUT, how: 'cut', error: undefined }, retryable(), { why: 'retry' }),
    attemptEntry({ kind: 'responded', status: 500, headers: [] }, retryable(), { why: 'retry' }),
    attemptEntry(answered(200, '{}'), { kind: 'good', ended: true }, { why: 'retry' }),
  ],
});

it('does not look on for a page that has left', async () => {
  const leaving = new AbortController();
  const looked: string[] = [];
  const entries = ['a', 'b', 'c'].map((id) => journalEntry({ id }));
  const store: JournalReader = {
    ...memoryStore(entries),
    get: async (id) => {
      looked.push(id);
      leaving.abort();
      return undefined;
    },
  };
  const [search] = recordedRoutes(dashboardParts({ store }));
  const query = new URLSearchParams({ kind: 'request' });
  await search?.[2]({ params: [], query, body: {}, signal: leaving.signal });
  expect(looked).toEqual(['a']);
});

describe('failures for the workbench', () => {
  it('are those of exchanges that failed or needed another attempt, each once, the latest first', async () => {
    const { model, ...nameless } = failedEntry('failed', 418, 'no tea', { startedAt: 9, attempts: 2 });
    void model;
    const { list } = await open([SAVED, nameless, journalEntry({ id: 'plain' })]);
    const failed = { id: 'failed', startedAt: 9, attempt: 1, status: 418 };
    const saved = { id: 'saved', startedAt: 5, model: 'opus', profile: 'writing' };
    const all = [
      { ...failed, excerpt: '{"error":{"message":"no tea"}}' },
      { ...saved, attempt: 1, status: 503, excerpt: 'overloaded' },
      { ...saved, attempt: 3, status: 200, excerpt: 'data: {"error":{"message":"worker died"}}' },
    ];
    expect(await list('kind=failure')).toEqual(all);
    expect(await list('')).toEqual(all);
  });

  it('are found by their words or the model, not by what else stands in the exchange', async () => {
    const { list } = await open([SAVED]);
    expect((await list('text=OPUS')).map(({ attempt }) => attempt)).toEqual([1, 3]);
    expect(await list("text=It's+me")).toEqual([]);
    const store = memoryStore([SAVED]);
    const everything = await open([], {
      ...store,
      list: ({ limit }) => store.list({ limit, retried: true }),
    });
    expect((await everything.list('text=Worker')).map(({ attempt }) => attempt)).toEqual([3]);
  });

  it('are told in full, as they were recorded', async () => {
    const { texts } = await open([SAVED]);
    expect((await texts('saved')).profile).toBe('writing');
    expect((await texts('saved')).failures).toEqual([
      { attempt: 1, status: 503, headers: [['content-type', 'application/json']], text: 'overloaded' },
      { attempt: 3, status: 200, headers: [['x-a', 'b']], text: 'data: {"error":{"message":"worker died"}}' },
    ]);
  });
});

describe('prompts and replies for the workbench', () => {
  const said = (...texts: readonly string[]): string =>
    JSON.stringify({ messages: texts.map((content) => ({ role: 'user', content })) });

  it('show a piece of what was said last, or of what was searched', async () => {
    const long = `${'a'.repeat(100)} needle ${'b'.repeat(300)}`;
    const { list } = await open([journalEntry({ request: { received: said('an owl', long) } })]);
    expect((await list('kind=request')).map(({ excerpt }) => excerpt)).toEqual([
      `${'a'.repeat(100)} needle ${'b'.repeat(52)}…`,
    ]);
    const [found] = await list('kind=request&text=NEEDLE');
    expect(found?.excerpt).toMatch(/^…a{39} needle b+…$/);
    expect((await list('kind=request&text=owl'))[0]?.excerpt).toBe('an owl');
    expect(await list('kind=request&text=nowhere')).toEqual([]);
  });

  it('are not shown where they were not kept, or are gone meanwhile', async () => {
    const { request, reply, ...bare } = journalEntry({ id: 'bare' });
    void [request, reply];
    const { list, texts, ask } = await open([bare]);
    expect([await list('kind=request'), await list('kind=reply')]).toEqual([[], []]);
    expect(await texts('bare')).toEqual({ failures: [], request: [], reply: [] });
    expect((await ask('GET', '/api/workbench/recorded/gone')).status).toBe(404);
    const store = { ...memoryStore([journalEntry()]), get: () => Promise.resolve(undefined) };
    expect(await (await open([], store)).list('kind=request')).toEqual([]);
  });

  it('are the texts that rules apply to, each with what it is', async () => {
    const reply = { choices: [{ message: { content: 'Hi', reasoning: 'hm' } }] };
    const { list, texts } = await open([
      journalEntry({ id: 'whole', reply: { received: JSON.stringify(reply) } }),
      journalEntry({ id: 'streamed', reply: { received: '{"messages":[]}' } }),
      failedEntry('failed', 418, 'x', { reply: { received: 'half a rep' } }),
    ]);
    expect(await texts('whole')).toMatchObject({
      request: [{ kind: 'user', text: "It's me", where: 'text 1 (user)' }],
      reply: [
        { kind: 'reply', text: 'Hi' },
        { kind: 'reasoning', text: 'hm' },
      ],
    });
    // What a model says in a stream may be JSON itself.
    expect((await texts('streamed')).reply).toEqual([
      { where: 'the reply', kind: 'reply', text: '{"messages":[]}' },
    ]);
    expect((await list('kind=reply')).map(({ id }) => id)).toEqual(['whole', 'streamed']);
  });
});
