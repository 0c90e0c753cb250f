import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Retryable, Verdict } from '../verdict/verdict.ts';
import { decide } from './decide.ts';
import type { AttemptRecord, Commit, Decision, Situation } from './decision.ts';
import { retryErrorHandlingShape } from './options.ts';
import { retryPolicy } from './policy.ts';
import type { RetryPolicy } from './policy.ts';

const DEFAULTS = retryPolicy(z.object(retryErrorHandlingShape).parse({}));

const BUSY: Retryable = {
  kind: 'retryable',
  reason: 'server-error',
  rule: 'retry_codes',
  status: 503,
  message: 'busy',
  cost: 'not-billed',
  conditional: false,
};
const LOST: Retryable = { ...BUSY, reason: 'connection-lost', cost: 'maybe' };
const MISSING: Retryable = { ...BUSY, reason: 'not-found', status: 404, conditional: true };
const REFUSED: Verdict = {
  kind: 'final',
  reason: 'bad-key',
  rule: 'fail_codes',
  status: 401,
  message: '',
  cost: 'not-billed',
};

/** The situation after these verdicts; the last of them is the one to decide about. */
function after(verdicts: readonly Verdict[], over: Partial<Situation> = {}): Situation {
  const attempts: AttemptRecord[] = verdicts.map((verdict) => ({ verdict, startedAtMs: 0, endedAtMs: 0 }));
  return {
    attempts,
    elapsedMs: 0,
    commit: 'nothing',
    rescuesLeft: 0,
    hasOtherStyle: false,
    chance: 0.5,
    ...over,
  };
}

function decided(
  verdicts: readonly [...Verdict[], Verdict],
  over: Partial<Situation>,
  policy: Partial<RetryPolicy>,
): Decision {
  const last = verdicts[verdicts.length - 1] ?? BUSY;
  return decide(last, after(verdicts, over), { ...DEFAULTS, ...policy });
}

const stop = (because: string): object => ({ kind: 'stop', because });
const retry = (delayMs: number): object => ({ kind: 'retry', delayMs });
const times = (count: number, verdict: Verdict): readonly [...Verdict[], Verdict] => [
  ...Array.from<Verdict>({ length: count - 1 }).fill(verdict),
  verdict,
];

describe('a reply that broke off after its first words', () => {
  const rescue = (delayMs: number): object => ({ kind: 'rescue', delayMs });
  const left = { commit: 'content', rescuesLeft: 2 } as const;

  it.each<[Verdict, Partial<Situation>, object, string]>([
    [LOST, left, rescue(1_000), 'it is continued'],
    [
      LOST,
      { ...left, rescuesLeft: 0 },
      stop('committed'),
      'until that has been done often enough, or can not be',
    ],
    [{ ...LOST, retryAfterMs: 5_000 }, left, rescue(5_000), 'when the upstream says so'],
    [{ ...LOST, retryAfterMs: 90_000 }, left, stop('wait-too-long'), 'unless that is too long'],
    [REFUSED, left, stop('final'), 'a refusal is a refusal'],
    [REFUSED, { ...left, hasOtherStyle: true }, rescue(0), 'unless it was about the way of asking'],
    [REFUSED, { ...left, rescuesLeft: 0, hasOtherStyle: true }, stop('final'), 'and there is a way left'],
  ])('row %#: %j %j', (verdict, over, decision) => {
    expect(decide(verdict, after([verdict], over), DEFAULTS)).toEqual(decision);
  });

  it('is continued whatever max_retries says: that counts attempts before the first word', () => {
    expect(decided(times(5, LOST), left, { maxRetries: 0 })).toMatchObject(rescue(16_000));
  });
});

it('a stated wait of nothing is no wait: the backoff stands', () => {
  const now = { ...BUSY, retryAfterMs: 0 };
  expect(decide(now, after([now]), DEFAULTS)).toEqual(retry(1_000));
});

describe('what follows from a verdict', () => {
  it.each<[Verdict, object, string]>([
    [{ kind: 'good', ended: false }, { kind: 'deliver' }, 'a good reply goes to the client'],
    [{ kind: 'good', ended: true }, { kind: 'finish' }, 'what is here to its end is passed on and ended'],
    [{ kind: 'moot' }, stop('moot'), 'nobody is listening'],
    [REFUSED, stop('final'), 'no retry can mend it'],
    [BUSY, retry(1_000), 'one that may go better'],
  ])('row %#: %j', (verdict, decision) => {
    expect(decide(verdict, after([verdict]), DEFAULTS)).toEqual(decision);
  });
});

it('a verdict of a kind that does not exist is our own mistake', () => {
  // @ts-expect-error the compiler refuses it too
  expect(() => decide({ kind: 'odd' }, after([]), DEFAULTS)).toThrow('Unhandled case');
});

describe('how often', () => {
  it.each<[readonly [...Verdict[], Verdict], Partial<RetryPolicy>, object, string]>([
    [times(2, BUSY), {}, retry(2_000), 'the wait doubles'],
    [times(10, BUSY), {}, retry(60_000), 'ten retries are allowed: this is before the tenth'],
    [times(11, BUSY), {}, stop('attempts-exhausted'), 'the tenth retry has failed'],
    [times(1, BUSY), { maxRetries: 0 }, stop('attempts-exhausted'), 'retries are switched off'],
    [times(1, MISSING), {}, retry(500), 'a conditional retry waits half as long'],
    [times(2, MISSING), {}, retry(1_000), 'two conditional retries are allowed'],
    [times(3, MISSING), {}, stop('conditional-attempts-exhausted'), 'the second of them has failed'],
    [[MISSING, BUSY, MISSING], {}, retry(2_000), 'other failures between do not count as conditional'],
    [[...times(3, MISSING), BUSY], {}, retry(8_000), 'the limit is not one for other failures'],
    [[MISSING], { maxConditionalRetries: 0 }, stop('conditional-attempts-exhausted'), 'none allowed'],
    [times(9, LOST), {}, retry(60_000), 'money is no limit unless the user sets one'],
    [[LOST, BUSY, LOST], { maxMaybeBilled: 3 }, retry(4_000), 'two of three'],
    [times(3, LOST), { maxMaybeBilled: 3 }, stop('maybe-billed-exhausted'), 'three of three'],
    [
      [{ ...BUSY, cost: 'billed' }],
      { maxMaybeBilled: 1 },
      stop('maybe-billed-exhausted'),
      'surely billed counts too',
    ],
    [[LOST, BUSY], { maxMaybeBilled: 1 }, retry(2_000), 'a rejection after it has cost nothing'],
    [[BUSY], { maxMaybeBilled: 0 }, retry(1_000), 'a rejection is free even where nothing may be spent'],
    [[LOST], { maxMaybeBilled: 0 }, stop('maybe-billed-exhausted'), 'one that may have cost is not repeated'],
    [
      [{ kind: 'good', ended: false }, { ...REFUSED, cost: 'billed' }, LOST],
      { maxMaybeBilled: 2 },
      stop('maybe-billed-exhausted'),
      'any attempt that may have cost counts; a good one is no failure',
    ],
    [
      [{ kind: 'good', ended: false }, LOST],
      { maxMaybeBilled: 2 },
      retry(2_000),
      'nor is it one that may have cost',
    ],
  ])('row %#', (verdicts, policy, decision) => {
    expect(decided(verdicts, {}, policy)).toEqual(decision);
  });
});

describe('after what wait', () => {
  const stated = (retryAfterMs: number): readonly [Verdict] => [{ ...BUSY, retryAfterMs }];

  it.each<[readonly [...Verdict[], Verdict], number, object, string]>([
    [stated(7_000), 0, retry(7_000), 'the upstream knows best'],
    [stated(0), 0, retry(1_000), 'at once would be a burst'],
    [stated(60_000), 0, retry(60_000), 'the longest wait allowed'],
    [stated(60_001), 0, stop('wait-too-long'), 'longer: the user is told when to come back'],
    [
      [{ ...MISSING, retryAfterMs: 7_000 }],
      0,
      retry(7_000),
      'a stated wait is not shortened for conditional retries',
    ],
    [[BUSY], 599_000, retry(1_000), 'the last moment for an attempt'],
    [[BUSY], 599_001, stop('time-exhausted'), 'it would begin too late'],
    [stated(7_000), 594_000, stop('time-exhausted'), 'the same with a stated wait'],
  ])('row %#: %j after %i ms', (verdicts, elapsedMs, decision) => {
    expect(decided(verdicts, { elapsedMs }, {})).toEqual(decision);
  });
});

describe('after something has reached the client', () => {
  it.each<[Commit, object, string]>([
    ['nothing', retry(1_000), 'nobody knows'],
    ['headers', retry(1_000), 'a comment or two says nothing'],
    ['reasoning', retry(1_000), 'thoughts may be thought again'],
    ['content', stop('committed'), 'words may not be said twice'],
  ])('%s: %j (%s)', (commit, decision) => {
    expect(decided([BUSY], { commit }, {})).toEqual(decision);
  });

  it('that outweighs every other limit', () => {
    expect(decided(times(11, BUSY), { commit: 'content' }, {})).toEqual(stop('committed'));
  });
});

describe('any sequence of failures', () => {
  it('ends, and no retry is late, early or too long', () => {
    const failures = fc.constantFrom<Verdict>(BUSY, LOST, MISSING, { ...BUSY, retryAfterMs: 5_000 });
    const situations = fc.record({
      elapsedMs: fc.nat(700_000),
      chance: fc.double({ min: 0, max: 0.99, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(failures), failures, situations, (before, last, over) => {
        const decision = decided([...before, last], over, {});
        if (decision.kind !== 'retry') return;
        expect(before.length).toBeLessThan(DEFAULTS.maxRetries);
        expect(decision.delayMs).toBeGreaterThanOrEqual(0);
        expect(decision.delayMs).toBeLessThanOrEqual(DEFAULTS.maxDelayMs);
        expect(over.elapsedMs + decision.delayMs).toBeLessThanOrEqual(DEFAULTS.maxElapsedMs);
      }),
    );
  });
});
