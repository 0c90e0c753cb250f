import { describe, expect, it } from 'vitest';
import { answered, attemptEntry, journalEntry } from '../../test/support/dashboard.ts';
import { rulesOf } from '../../test/support/outcomes.ts';
import { retryPolicy } from '../retry/policy.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { AttemptEntry, JournalEntry } from './entry.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';
import { rejudge } from './rejudge.ts';

const RULES = rulesOf({ conditional_retry_codes: [404] });
const POLICY = retryPolicy({
  max_retries: 2,
  base_delay: 1,
  max_delay: 60,
  max_elapsed: 600,
  conditional_retry_max_attempts: 1,
  conditional_retry_delay_multiplier: 0.5,
});
const MOOT: Verdict = { kind: 'moot' };
const ENDED = { kind: 'ended', status: 200, headers: [['a', 'b']], shown: 'content' } as const;

function tries(...outcomes: readonly RecordedOutcome[]): JournalEntry {
  return journalEntry({ tries: outcomes.map((outcome) => attemptEntry(outcome, MOOT)) });
}

it.each<[string, RecordedOutcome, object, string]>([
  ['an answer', answered(503, 'busy'), { kind: 'retryable', status: 503, message: 'busy' }, 'retry'],
  [
    'the opening of a stream',
    { kind: 'opened', status: 200, headers: [] },
    { kind: 'good', ended: false },
    'deliver',
  ],
  [
    'a stream that ended well',
    { ...ENDED, how: 'done', said: 'Hi', finishReason: 'stop' },
    { kind: 'good', ended: true },
    'finish',
  ],
  [
    'a stream that broke off',
    { ...ENDED, how: 'cut', shown: 'nothing', cause: { message: 'reset', code: 'ECONNRESET' } },
    { kind: 'retryable', reason: 'cut' },
    'retry',
  ],
  [
    'a stream that ended in an error',
    { ...ENDED, how: 'error-frame', shown: 'nothing', error: { error: { message: 'bad', code: 400 } } },
    { kind: 'final', status: 400 },
    'stop',
  ],
  [
    'no connection',
    { kind: 'unreachable', cause: { message: 'no', code: 'ECONNREFUSED' } },
    { reason: 'unreachable' },
    'retry',
  ],
  [
    'a lost connection',
    { kind: 'broken', cause: { message: 'lost' } },
    { reason: 'connection-lost' },
    'retry',
  ],
  ['a timeout', { kind: 'timed-out', phase: 'idle', afterMs: 5 }, { reason: 'timed-out' }, 'retry'],
  ['a reply too large', { kind: 'oversized', limitBytes: 5 }, { reason: 'oversized' }, 'stop'],
  ['a client that left', { kind: 'aborted', by: 'client' }, MOOT, 'stop'],
])('judges %s again', (_what, outcome, verdict, decision) => {
  const { judgements, unknown } = rejudge(tries(outcome), RULES, POLICY);
  expect(judgements).toMatchObject([{ attempt: 1, verdict, decision: { kind: decision } }]);
  expect(unknown).toBe(0);
});

describe('the attempts before', () => {
  it('count, as they are judged now', () => {
    const entry = tries(answered(404, 'x'), answered(404, 'x'));
    expect(rejudge(entry, RULES, POLICY).judgements).toMatchObject([
      { attempt: 1, decision: { kind: 'retry' } },
      { attempt: 2, decision: { kind: 'stop', because: 'conditional-attempts-exhausted' } },
    ]);
  });

  it('count once, though a stream is judged twice', () => {
    const stream: AttemptEntry = {
      ...attemptEntry({ kind: 'opened', status: 200, headers: [] }, MOOT),
      judgements: [
        ...attemptEntry({ kind: 'opened', status: 200, headers: [] }, MOOT).judgements,
        ...attemptEntry({ ...ENDED, how: 'cut', shown: 'nothing' }, MOOT).judgements,
      ],
    };
    const { judgements } = rejudge(journalEntry({ tries: [stream, stream] }), RULES, POLICY);
    expect(judgements.map(({ attempt, decision }) => [attempt, decision.kind])).toEqual([
      [1, 'deliver'],
      [1, 'retry'],
      [2, 'deliver'],
      [2, 'retry'],
    ]);
  });
});

it('counts the answers that were not kept', () => {
  const entry = tries({ kind: 'responded', status: 503, headers: [] }, answered(503, 'x'));
  const { judgements, unknown } = rejudge(entry, RULES, POLICY);
  expect([judgements.length, judgements[0]?.attempt, unknown]).toEqual([1, 2, 1]);
});
