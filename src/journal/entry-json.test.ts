import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ended, responded } from '../../test/support/outcomes.ts';
import type { ExchangeSummary } from './entry.ts';
import { decimal, goodTriesJson, summaryJson } from './entry-json.ts';
import type { KeptOutcome, OutcomeKeeping } from './recorded-outcome.ts';
import type { ToldAttempt, ToldJudgement } from './recorder.ts';
import { triesOf } from './tries.ts';

// All fields stand in these, so that a new one has to be added here, and fails where it is not written.
const HEADERS = ['a', 'b "c"'];
const RESPONDED = responded(200, 'a reply', HEADERS);
const OPENED = { kind: 'opened', status: 200, headers: HEADERS } as const;
const DONE = ended({ how: 'done', headers: HEADERS, shown: 'content', said: 'Hi', finishReason: 'stop' });
const KEEPING: OutcomeKeeping = {
  bodies: true,
  headers: (headers) => [[String(headers[0]), String(headers[1])]],
  headersJson: (headers) => JSON.stringify([headers.slice(0, 2)]),
  secrets: [],
  reply: RESPONDED.body,
  maxBodyBytes: 100,
};
const SITUATION: Required<ToldJudgement['situation']> = {
  elapsedMs: 1.234,
  commit: 'headers',
  rescuesLeft: 2,
  hasOtherStyle: false,
  chance: 0.5,
};
const TRACE: Required<NonNullable<ToldAttempt['trace']>> = {
  connectedAtMs: 101.5,
  answeredAtMs: 102.123_456,
  shownAtMs: 1e9,
  bytes: 1_234,
};

function judgement(outcome: KeptOutcome): Required<ToldJudgement> {
  return {
    endedAtMs: 103.000_1,
    outcome,
    decision: { kind: 'deliver' },
    situation: SITUATION,
    verdict: { kind: 'good', ended: false },
  };
}

function attempt(...outcomes: readonly KeptOutcome[]): Required<ToldAttempt> {
  return { why: 'first', startedAtMs: 100.1, trace: TRACE, judgements: outcomes.map(judgement) };
}

const SUMMARY: Required<ExchangeSummary> = {
  id: 'an-id',
  startedAt: 1_795_811_802_001.869,
  profile: 'work',
  endpoint: 'chat',
  model: 'a\\b\n模型\ud800',
  stream: true,
  end: { kind: 'failed', status: 503, code: 'c', message: '"no"' },
  attempts: 3,
  rescues: 1,
  elapsedMs: 12.5,
  firstContentMs: 0.001,
  rule: 'retry_codes',
  reason: 'overloaded',
  tokens: { prompt: 1, completion: 2, total: 3 },
  requestBytes: 10,
  replyBytes: 20,
};

describe('writes what JSON.stringify writes', () => {
  it.each<[string, readonly ToldAttempt[], Partial<OutcomeKeeping>?]>([
    ['nothing', []],
    ['a whole reply', [attempt(RESPONDED, DONE)]],
    ['a whole reply told as a stream', [attempt({ ...RESPONDED, unasked: true }, DONE)]],
    ['a stream', [attempt(OPENED, { ...DONE, shown: 'reasoning' })]],
    ['a reply that is not kept', [attempt(RESPONDED)], { bodies: false, reply: undefined }],
    ['an end without a reason', [attempt({ ...DONE, finishReason: undefined })]],
    ['a reason with a secret in it', [attempt({ ...DONE, finishReason: 'hush' })], { secrets: ['hush'] }],
    ['several attempts', [attempt(OPENED), attempt(RESPONDED)]],
    [
      'phases that were not reached',
      [
        {
          ...attempt(OPENED),
          trace: { ...TRACE, connectedAtMs: undefined, answeredAtMs: undefined, shownAtMs: undefined },
        },
      ],
    ],
    ['an attempt that nobody has judged', [{ ...attempt(), trace: undefined }]],
  ])('of %s', (_what, attempts, keeping) => {
    const told = { attempts, startedAtMs: 100 };
    const kept = { ...KEEPING, ...keeping };
    expect(goodTriesJson(told, kept)).toBe(JSON.stringify(triesOf(told, kept)));
  });

  it.each<[string, ExchangeSummary]>([
    ['everything', SUMMARY],
    ['little', { ...SUMMARY, end: { kind: 'delivered' }, tokens: undefined, model: undefined }],
    [
      'the least',
      { ...SUMMARY, profile: undefined, firstContentMs: undefined, rule: undefined, reason: undefined },
    ],
    ['a client that left', { ...SUMMARY, end: { kind: 'abandoned', by: 'client' } }],
  ])('of a summary with %s', (_what, summary) => {
    expect(summaryJson(summary)).toBe(JSON.stringify(summary));
  });

  it('of any model', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (model) => {
        const summary = { ...SUMMARY, model };
        expect(summaryJson(summary)).toBe(JSON.stringify(summary));
      }),
    );
  });
});

describe('a number', () => {
  const written = (value: number): string => JSON.stringify(Math.round(value * 1_000) / 1_000);

  it.each([0, -0, 0.0004, 0.001, 0.05, 0.1, 0.9995, 12, 12.34, 1_795_811_802_001.999, 4e12, 1e300, -0.25])(
    '%s is rounded to thousandths',
    (value) => {
      expect(decimal(value)).toBe(written(value));
    },
  );

  it('is written as JSON.stringify writes it', () => {
    const small = fc.double({ min: -10, max: 1e6, noNaN: true });
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    const time = fc.integer({ min: 0, max: 4e15 }).map((count) => count / 1_000);
    fc.assert(
      fc.property(fc.oneof(small, time, any), (value) => {
        fc.pre(Math.abs(value) < 1e305);
        expect(decimal(value)).toBe(written(value));
      }),
      { numRuns: 2_000 },
    );
  });
});

it.each<[string, ToldJudgement]>([
  ['that failed', { ...judgement(RESPONDED), verdict: { kind: 'moot' } }],
  ['whose answer stands in it', judgement(responded(200, 'another'))],
  ['whose stream broke off', judgement({ ...DONE, how: 'cut' })],
  ['without an answer', judgement({ kind: 'oversized', limitBytes: 1 })],
])('leaves an attempt %s to others', (_which, failed) => {
  const attempts = [attempt(OPENED), { ...attempt(), judgements: [failed] }];
  expect(goodTriesJson({ attempts, startedAtMs: 100 }, KEEPING)).toBeUndefined();
});
