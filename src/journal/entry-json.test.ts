import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptEntry, ExchangeSummary, Judgement } from './entry.ts';
import { goodTriesJson, summaryJson } from './entry-json.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';

// All fields stand in these, so that one that is new has to be added here, and fails where it is not written.
const HEAD = { status: 200, headers: [['a', 'b "c"']] } as const;
const RESPONDED = { kind: 'responded', ...HEAD, isReply: true } as const;
const OPENED = { kind: 'opened', ...HEAD } as const;
const ENDED = { kind: 'ended', how: 'done', ...HEAD, shown: 'content', finishReason: 'stop' } as const;
const SITUATION: Required<Judgement['situation']> = {
  elapsedMs: 1.234,
  commit: 'headers',
  rescuesLeft: 2,
  hasOtherStyle: false,
  chance: 0.5,
};

function judgement(outcome: RecordedOutcome): Required<Judgement> {
  return {
    atMs: 0.12,
    outcome,
    decision: { kind: 'deliver' },
    situation: SITUATION,
    verdict: { kind: 'good', ended: false },
  };
}

function attempt(...outcomes: readonly RecordedOutcome[]): Required<AttemptEntry> {
  return {
    why: 'first',
    startedMs: 0,
    connectedMs: 1.5,
    answeredMs: 1e21,
    shownMs: 1e-7,
    endedMs: 3,
    bytes: 1_234,
    judgements: outcomes.map(judgement),
  };
}

const SUMMARY: Required<ExchangeSummary> = {
  id: 'an "id"',
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
  it.each<[string, readonly AttemptEntry[]]>([
    ['nothing', []],
    ['a whole reply', [attempt(RESPONDED, ENDED)]],
    ['a stream', [attempt(OPENED, { ...ENDED, shown: 'reasoning' })]],
    ['a reply that is not kept', [attempt({ kind: 'responded', status: 200, headers: [] })]],
    ['an end without a reason', [attempt({ kind: 'ended', how: 'done', ...HEAD, shown: 'nothing' })]],
    ['several attempts', [attempt(OPENED), attempt(RESPONDED)]],
    [
      'phases that were not reached',
      [
        {
          ...attempt(OPENED),
          connectedMs: undefined,
          answeredMs: undefined,
          shownMs: undefined,
          judgements: [],
        },
      ],
    ],
  ])('of %s', (_what, tries) => {
    expect(goodTriesJson(tries)).toBe(JSON.stringify(tries));
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

  it('whatever the numbers and names', () => {
    const ms = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(ms, fc.nat(), fc.string({ unit: 'binary' }), (elapsedMs, attempts, model) => {
        const summary = { ...SUMMARY, elapsedMs, attempts, model, firstContentMs: elapsedMs };
        expect(summaryJson(summary)).toBe(JSON.stringify(summary));
        const tries = [
          { ...attempt({ ...ENDED, finishReason: model }), endedMs: elapsedMs, bytes: attempts },
        ];
        expect(goodTriesJson(tries)).toBe(JSON.stringify(tries));
      }),
    );
  });
});

it.each<[string, Required<Judgement>]>([
  ['that failed', { ...judgement(RESPONDED), verdict: { kind: 'moot' } }],
  ['whose answer stands in it', judgement({ ...RESPONDED, body: 'no' })],
  ['whose stream broke off', judgement({ ...ENDED, how: 'cut' })],
  ['without an answer', judgement({ kind: 'oversized', limitBytes: 1 })],
])('leaves an attempt %s to others', (_which, failed) => {
  expect(goodTriesJson([attempt(OPENED), { ...attempt(), judgements: [failed] }])).toBeUndefined();
});
