// What follows from a verdict. The order of the limits is the order of docs/errors.md; nothing here waits.
import { assertNever } from '../std/assert-never.ts';
import type { Cost, Retryable, Verdict } from '../verdict/verdict.ts';
import { backoffMs } from './backoff.ts';
import type { AttemptRecord, Decision, Situation, StopCause } from './decision.ts';
import type { RetryPolicy } from './policy.ts';

/** What to do about the attempt just judged. The last of `situation.attempts` is the one with this verdict. */
export function decide(verdict: Verdict, situation: Situation, policy: RetryPolicy): Decision {
  switch (verdict.kind) {
    case 'good':
      return { kind: verdict.ended ? 'finish' : 'deliver' };
    case 'moot':
      return { kind: 'stop', because: 'moot' };
    case 'final':
      return situation.hasOtherStyle && situation.rescuesLeft > 0
        ? { kind: 'rescue', delayMs: 0 }
        : { kind: 'stop', because: 'final' };
    case 'retryable':
      return retryOrStop(verdict, situation, policy);
    default:
      return assertNever(verdict);
  }
}

function retryOrStop(verdict: Retryable, situation: Situation, policy: RetryPolicy): Decision {
  const limit = limitReached(verdict, situation, policy);
  if (limit !== undefined) return { kind: 'stop', because: limit };
  const { attempts, chance, commit, elapsedMs } = situation;
  const backoff = backoffMs(attempts.length, policy, chance, verdict.conditional);
  const statedMs = verdict.retryAfterMs;
  if (statedMs !== undefined && statedMs > policy.maxDelayMs)
    return { kind: 'stop', because: 'wait-too-long' };
  // "At once", or a time gone by on a clock that is wrong, would be a burst of requests: that is no wait at all.
  const delayMs = statedMs === undefined || statedMs === 0 ? backoff : statedMs;
  if (elapsedMs + delayMs > policy.maxElapsedMs) return { kind: 'stop', because: 'time-exhausted' };
  return { kind: commit === 'content' ? 'rescue' : 'retry', delayMs };
}

function limitReached(verdict: Retryable, situation: Situation, policy: RetryPolicy): StopCause | undefined {
  const { attempts, commit } = situation;
  // What the client has read can not be taken back: it can only be continued, which has a limit of its own.
  if (commit === 'content' && situation.rescuesLeft <= 0) return 'committed';
  if (commit !== 'content' && attempts.length > policy.maxRetries) return 'attempts-exhausted';
  if (verdict.conditional && attempts.filter(isConditional).length > policy.maxConditionalRetries) {
    return 'conditional-attempts-exhausted';
  }
  const mayHaveCost = attempts.filter((attempt) => costOf(attempt) !== 'not-billed').length;
  if (verdict.cost !== 'not-billed' && mayHaveCost >= policy.maxMaybeBilled) return 'maybe-billed-exhausted';
  return undefined;
}

function isConditional({ verdict }: AttemptRecord): boolean {
  return verdict.kind === 'retryable' && verdict.conditional;
}

function costOf({ verdict }: AttemptRecord): Cost {
  return verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict.cost : 'not-billed';
}
