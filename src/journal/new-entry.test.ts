// From events to entries: what is kept of an exchange.
import { describe, expect, it } from 'vitest';
import { DELIVERED, failedEnd, failureVerdict } from '../../test/support/journal-events.ts';
import type { ExchangeScript } from '../../test/support/journal-events.ts';
import { EVERYTHING, recording } from '../../test/support/journal-recording.ts';
import { ended, responded } from '../../test/support/outcomes.ts';
import type { Keeping } from './keeping.ts';

const REQUEST = Buffer.from('{"model":"m","messages":[{"role":"user","content":"Hello"}]}');
const REPLY = Buffer.from(
  '{"choices":[{"message":{"content":"Hi"}}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9}}',
);
const REFUSED = responded(503, { error: { message: 'Overloaded.' } }, ['retry-after', '2']);
const GOOD = {
  outcome: { ...responded(200, ''), body: REPLY },
  verdict: { kind: 'good', ended: false },
} as const;
const OVER = {
  outcome: ended({ shown: 'content', said: undefined }),
  verdict: { kind: 'good', ended: true },
} as const;

describe('an entry', () => {
  it('tells a plain exchange: its course, its texts once, its tokens', async () => {
    const entry = await recording().record({
      received: REQUEST,
      attempts: [{ why: 'first', judgements: [GOOD, OVER] }],
      told: { bytes: REPLY.length, received: REPLY, sent: REPLY },
      firstContentMs: 30.12345,
    });
    expect(entry).toMatchObject({
      id: 'exchange',
      endpoint: 'chat',
      model: 'm',
      stream: false,
      end: DELIVERED,
      attempts: 1,
      rescues: 0,
      firstContentMs: 30.123,
      tokens: { prompt: 7, completion: 2, total: 9 },
      requestBytes: REQUEST.length,
      replyBytes: REPLY.length,
      headers: [
        ['authorization', 'sk-…cdef'],
        ['accept', '*/*'],
      ],
      request: { received: REQUEST.toString() },
      reply: { received: REPLY.toString() },
    });
    expect(entry?.tries[0]?.judgements[0]?.outcome).toEqual({
      kind: 'responded',
      status: 200,
      headers: [],
      isReply: true,
    });
    expect(entry?.profile).toBeUndefined();
  });

  it('tells each attempt with its times since the beginning, and what judged the last failure', async () => {
    const entry = await recording().record({
      received: REQUEST,
      profile: 'work',
      attempts: [
        {
          why: 'first',
          judgements: [{ outcome: REFUSED, verdict: failureVerdict({ rule: 'retry_codes' }) }],
        },
        {
          why: 'retry',
          judgements: [GOOD, OVER],
          trace: { connectedAtMs: 5_100, answeredAtMs: 5_200, shownAtMs: 5_300, bytes: 12 },
        },
      ],
    });
    expect(entry).toMatchObject({ profile: 'work', attempts: 2, rule: 'retry_codes', reason: 'overloaded' });
    expect(entry?.tries).toMatchObject([
      {
        why: 'first',
        judgements: [
          {
            outcome: {
              status: 503,
              headers: [['retry-after', '2']],
              body: expect.stringContaining('Overloaded'),
            },
          },
        ],
      },
      { why: 'retry', connectedMs: 100, answeredMs: 200, shownMs: 300, bytes: 12 },
    ]);
    expect(entry?.tries[0]).not.toHaveProperty('connectedMs');
  });

  it('keeps no stream alive: of an opening stream only its head', async () => {
    const opening = {
      kind: 'opened',
      status: 200,
      headers: ['a', 'b'],
      opening: [],
      rest: { relay: () => Promise.reject(new Error('no')), giveUp: () => undefined },
    } as const;
    const end = ended({ how: 'cut', shown: 'content', said: 'Once' });
    const entry = await recording().record({
      received: REQUEST,
      isStream: true,
      attempts: [
        {
          why: 'first',
          judgements: [
            { outcome: opening, verdict: { kind: 'good', ended: false } },
            { outcome: end, verdict: failureVerdict({ reason: 'cut' }) },
          ],
        },
        { why: 'rescue', judgements: [OVER] },
      ],
      told: { bytes: 20, received: 'Once upon', sent: 'Once, upon' },
    });
    expect(entry).toMatchObject({
      rescues: 1,
      stream: true,
      reply: { received: 'Once upon', sent: 'Once, upon' },
    });
    expect(entry?.tries[0]?.judgements.map(({ outcome }) => outcome)).toEqual([
      { kind: 'opened', status: 200, headers: [['a', 'b']] },
      { kind: 'ended', how: 'cut', status: 200, headers: [], shown: 'content', said: 'Once' },
    ]);
  });

  it('shows what went to the upstream where a rule has changed it', async () => {
    const entry = await recording().record({
      received: REQUEST,
      attempts: [],
      sent: Buffer.from('{"changed":true}'),
    });
    expect(entry?.request).toEqual({ received: REQUEST.toString(), sent: '{"changed":true}' });
  });

  it('tells the headers of an answer with each judgement of it, without keys', async () => {
    const headers = ['x-key', 'abcdefgh12345678', 'x-note', 'well done'];
    const entry = await recording().record({
      attempts: [
        {
          why: 'first',
          judgements: [
            { ...GOOD, outcome: { ...GOOD.outcome, headers } },
            { ...OVER, outcome: { ...OVER.outcome, headers, finishReason: 'sk-abcdefghijklmnop1234' } },
          ],
        },
      ],
      told: { bytes: REPLY.length, received: REPLY, sent: REPLY },
    });
    const [first, last] = entry?.tries[0]?.judgements ?? [];
    const clean = [
      ['x-key', '…5678'],
      ['x-note', 'well done'],
    ];
    expect(first?.outcome).toMatchObject({ headers: clean });
    expect(last?.outcome).toMatchObject({ headers: clean, finishReason: 'sk-…1234' });
  });

  it('adds up the tokens of all attempts, as far as they are told', async () => {
    const told = (usage: object) =>
      ({ outcome: ended({ usage: { ...usage } }), verdict: { kind: 'good', ended: true } }) as const;
    const { record } = recording();
    const both = await record({
      attempts: [
        { why: 'first', judgements: [told({ prompt_tokens: 5, completion_tokens: 1 })] },
        { why: 'rescue', judgements: [told({ prompt_tokens: 6 })] },
      ],
    });
    expect(both?.tokens).toEqual({ prompt: 11, completion: 1 });
    const odd = await record({
      id: 'odd',
      attempts: [{ why: 'first', judgements: [told({ total_tokens: 3 })] }],
    });
    expect(odd?.tokens).toEqual({ total: 3 });
    const none = await record({
      id: 'none',
      attempts: [{ why: 'first', judgements: [told({ prompt_tokens: 'many' })] }],
    });
    expect(none).not.toHaveProperty('tokens');
  });

  it('tells an attempt that was not judged, too', async () => {
    const entry = await recording().record({ attempts: [{ why: 'first', judgements: [] }] });
    expect(entry?.tries).toMatchObject([{ why: 'first', bytes: 0, judgements: [] }]);
  });

  it('of who leaves between two attempts, tells it after the first', async () => {
    const left = { outcome: { kind: 'aborted', by: 'client' }, verdict: { kind: 'moot' } } as const;
    const entry = await recording().record({
      received: REQUEST,
      attempts: [{ why: 'first', judgements: [{ outcome: REFUSED, verdict: failureVerdict() }, left] }],
      end: { kind: 'abandoned', by: 'client' },
    });
    expect(entry).toMatchObject({ end: { kind: 'abandoned' }, attempts: 1 });
    expect(entry?.tries[0]?.judgements.map(({ outcome }) => outcome.kind)).toEqual(['responded', 'aborted']);
  });
});

describe('bodies', () => {
  const stop = failureVerdict({
    kind: 'final',
    hardStop: { pattern: 'p', description: '', originalResponse: { said: 'private' } },
  });
  const failing: ExchangeScript = {
    attempts: [{ why: 'first', judgements: [{ outcome: responded(500, 'private'), verdict: stop }] }],
    end: failedEnd('It failed.'),
    told: { bytes: 3, received: undefined, sent: undefined },
  };
  const going: ExchangeScript = {
    attempts: [{ why: 'first', judgements: [GOOD, OVER] }],
    told: { bytes: 3, received: REPLY, sent: REPLY },
  };

  it.each<[string, Partial<Keeping>, ExchangeScript, { request: boolean; reply: boolean; answer: boolean }]>([
    ['all', {}, failing, { request: true, reply: false, answer: true }],
    ['all', {}, going, { request: true, reply: true, answer: false }],
    [
      'of failures only: this is one',
      { bodies: 'failed' },
      failing,
      { request: true, reply: false, answer: true },
    ],
    [
      'of failures only: this is none',
      { bodies: 'failed' },
      going,
      { request: false, reply: false, answer: false },
    ],
    ['none', { bodies: 'none' }, failing, { request: false, reply: false, answer: false }],
    ['none, of a good one', { bodies: 'none' }, going, { request: false, reply: false, answer: false }],
    ['no requests', { requests: false }, failing, { request: false, reply: false, answer: true }],
    ['no replies', { replies: false }, going, { request: true, reply: false, answer: false }],
    [
      'no replies, nor what an upstream says instead',
      { replies: false },
      failing,
      { request: true, reply: false, answer: false },
    ],
  ])('kept: %s', async (_what, over, script, { request, reply, answer }) => {
    const entry = await recording().record(script, { ...EVERYTHING, ...over });
    expect({ request: entry?.request !== undefined, reply: entry?.reply !== undefined }).toEqual({
      request,
      reply,
    });
    expect(JSON.stringify(entry).includes('private')).toBe(answer);
  });

  it('a failure on the way makes the texts worth keeping', async () => {
    const retried: ExchangeScript = {
      ...going,
      attempts: [
        { why: 'first', judgements: [{ outcome: REFUSED, verdict: failureVerdict() }] },
        ...(going.attempts ?? []),
      ],
    };
    const entry = await recording().record(retried, { ...EVERYTHING, bodies: 'failed' });
    expect(entry?.request).toBeDefined();
  });

  it("headers are left out on request, the answers' too", async () => {
    const entry = await recording().record(
      { attempts: [{ why: 'first', judgements: [{ outcome: REFUSED, verdict: failureVerdict() }] }] },
      { ...EVERYTHING, headers: false },
    );
    expect(entry).not.toHaveProperty('headers');
    expect(JSON.stringify(entry)).not.toContain('retry-after');
  });

  it('larger than four megabytes are left out', async () => {
    const huge = Buffer.alloc(4 * 1024 * 1024 + 1, 'x');
    const entry = await recording().record({
      received: huge,
      attempts: [
        {
          why: 'first',
          judgements: [{ outcome: { ...responded(200, ''), body: huge }, verdict: failureVerdict() }],
        },
      ],
      told: { bytes: 1, received: huge, sent: 'short' },
    });
    expect(entry).toMatchObject({ requestBytes: huge.length, reply: { sent: 'short' } });
    expect(entry).not.toHaveProperty('request');
    expect(JSON.stringify(entry).length).toBeLessThan(5_000);
  });
});
