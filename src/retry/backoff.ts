// The wait before a retry when the upstream states none.
import type { RetryPolicy } from './policy.ts';

/** Varies the wait by up to a quarter either way, so that clients that failed together do not return together. */
const JITTER = 0.25;

/** Doublings beyond this exceed any cap; without a bound they would exceed numbers. */
const MAX_DOUBLINGS = 40;

/**
 * The wait in milliseconds: `base · 2^(n−1)`, ±25 % jitter, then capped at `max_delay`.
 * @param retryNumber 1 for the first retry
 * @param chance a number in [0, 1)
 * @param conditional whether the wait is that of a conditional retry, which has a multiplier of its own
 */
export function backoffMs(
  retryNumber: number,
  policy: RetryPolicy,
  chance: number,
  conditional: boolean,
): number {
  const factor = conditional ? policy.conditionalDelayMultiplier : 1;
  const plainMs = policy.baseDelayMs * factor * 2 ** Math.min(retryNumber - 1, MAX_DOUBLINGS);
  return Math.min(plainMs * (1 - JITTER + 2 * JITTER * chance), policy.maxDelayMs);
}
