// How often and after what wait a request is sent again: the user's options in the units the code uses.
import type { RetryErrorHandlingOptions } from './options.ts';

export interface RetryPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Since the exchange began; no attempt starts later. */
  readonly maxElapsedMs: number;
  /** Attempts that may have cost money; Infinity for no limit. */
  readonly maxMaybeBilled: number;
  /** Retries after verdicts that are conditional. */
  readonly maxConditionalRetries: number;
  readonly conditionalDelayMultiplier: number;
}

/** The policy of a configuration. */
export function retryPolicy(options: RetryErrorHandlingOptions): RetryPolicy {
  return {
    maxRetries: options.max_retries,
    baseDelayMs: options.base_delay * 1_000,
    maxDelayMs: options.max_delay * 1_000,
    maxElapsedMs: options.max_elapsed * 1_000,
    maxMaybeBilled: options.max_maybe_billed ?? Infinity,
    maxConditionalRetries: options.conditional_retry_max_attempts,
    conditionalDelayMultiplier: options.conditional_retry_delay_multiplier,
  };
}
