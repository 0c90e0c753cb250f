import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ended, judged, responded, systemError } from '../../test/support/outcomes.ts';
import { redactHeaders } from '../std/redact.ts';
import type { Opened, Outcome } from '../upstream/outcome.ts';
import { fromRecord, toRecord } from './recorded-outcome.ts';
import type { KeptOutcome, OutcomeKeeping, RecordedOutcome } from './recorded-outcome.ts';

const ALL: OutcomeKeeping = {
  bodies: true,
  headers: (headers) => redactHeaders(headers, []),
  headersJson: (headers) => JSON.stringify(redactHeaders(headers, [])),
  secrets: [],
  reply: undefined,
  maxBodyBytes: 1_000_000,
};
const circular = Object.assign(new Error('round'), { code: 'ELOOP' });
circular.cause = circular;

/** As it comes back from a file. */
function recorded(outcome: KeptOutcome, keeping = ALL): RecordedOutcome {
  return JSON.parse(JSON.stringify(toRecord(outcome, keeping))) as RecordedOutcome;
}

const outcomes: readonly (readonly [string, KeptOutcome & Outcome])[] = [
  ['a refusal', responded(429, { error: { message: 'Slow down.' } }, ['Retry-After', '7', 'x', 'y'])],
  ['an end that went well', ended({ shown: 'content', said: 'All of it', finishReason: 'stop' })],
  ['an end without a word', ended({ finishReason: 'content_filter' })],
  [
    'an error in a stream',
    ended({ how: 'error-frame', shown: 'content', error: { error: { message: 'Overloaded', code: 529 } } }),
  ],
  ['a cut', ended({ how: 'cut', shown: 'content', said: 'Onc', cause: systemError('ECONNRESET') })],
  ['a stall', ended({ how: 'idle', shown: 'reasoning' })],
  [
    'no connection',
    {
      kind: 'unreachable',
      cause: new AggregateError([systemError('ECONNREFUSED'), systemError('EHOSTUNREACH')], 'both'),
    },
  ],
  [
    'a bad certificate inside another error',
    { kind: 'unreachable', cause: new TypeError('failed', { cause: systemError('CERT_HAS_EXPIRED') }) },
  ],
  ['a lost connection', { kind: 'broken', cause: systemError('UND_ERR_SOCKET') }],
  ['an error that is its own cause', { kind: 'broken', cause: circular }],
  ['a timeout', { kind: 'timed-out', phase: 'first-byte', afterMs: 120_000 }],
  ['too much', { kind: 'oversized', limitBytes: 5 }],
  ['a client that left', { kind: 'aborted', by: 'client' }],
];

describe('what is judged again from a record', () => {
  it.each(outcomes)('%s gets the verdict it got', (_what, outcome) => {
    const again = fromRecord(recorded(outcome));
    expect(again && judged(again)).toEqual(judged(outcome));
  });

  it.each(failures())('%s gets the verdict it got', (_file, status, headers, body) => {
    const outcome = responded(status, body, Object.entries(headers).flat());
    const again = fromRecord(recorded(outcome));
    expect(again && judged(again)).toEqual(judged(outcome));
  });

  it('a stream that opened is good, and has nothing more to give', async () => {
    const record = recorded({ kind: 'opened', status: 200, headers: ['a', 'b'] });
    const again = fromRecord(record);
    expect(again && judged(again)).toEqual({ kind: 'good', ended: false });
    const { rest, headers } = again as Opened;
    expect(headers).toEqual(['a', 'b']);
    rest.giveUp();
    expect(await rest.relay({ write: () => true, onDrain: () => undefined })).toMatchObject({
      kind: 'broken',
    });
  });

  it('a reply that the entry has already is taken from there', () => {
    const { plain, ...outcome } = responded(200, { choices: [{ message: { content: 'Hi' } }] });
    const looked = { ...outcome, ...(plain && { plain }) };
    const record = recorded(looked, { ...ALL, reply: outcome.body });
    expect(record).toEqual({ kind: 'responded', status: 200, headers: [], isReply: true });
    const again = fromRecord(record, outcome.body.toString());
    expect(again).toEqual(outcome);
    expect(again && judged(again)).toEqual(judged(looked));
    expect(fromRecord(record)).toBeUndefined();
  });

  it.each<[string, KeptOutcome, Partial<OutcomeKeeping>]>([
    ['bodies are not kept', responded(500, 'no'), { bodies: false }],
    ['it was too large', responded(500, 'far too long'), { maxBodyBytes: 5 }],
    [
      'the error in a stream is not kept',
      ended({ how: 'error-frame', error: { error: 'x' } }),
      { bodies: false },
    ],
  ])('nothing, where %s', (_why, outcome, keeping) => {
    expect(fromRecord(recorded(outcome, { ...ALL, ...keeping }))).toBeUndefined();
  });

  it('keeps no headers that are not to be kept, and no keys in those that are', () => {
    const outcome = responded(200, '', ['set-cookie', 'session=abcdefghijkl']);
    expect(recorded(outcome)).toMatchObject({ headers: [['set-cookie', '…ijkl']] });
    expect(recorded(outcome, { ...ALL, headers: () => [] })).toMatchObject({ headers: [] });
  });
});

/** Failures that real upstreams have sent. */
function failures(): readonly (readonly [string, number, Readonly<Record<string, string>>, string])[] {
  interface Fixture {
    readonly plain?: {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    };
  }
  const folder = new URL('../../test/fixtures/upstream-failures/', import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const { plain } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
    return plain === undefined ? [] : [[file, plain.status, plain.headers, plain.body] as const];
  });
}
