import { expect, it } from 'vitest';
import * as z from 'zod';
import { retryErrorHandlingShape } from './options.ts';
import { retryPolicy } from './policy.ts';

const schema = z.object(retryErrorHandlingShape);

it('is the documented one without options, in milliseconds', () => {
  expect(retryPolicy(schema.parse({}))).toEqual({
    maxRetries: 10,
    baseDelayMs: 1_000,
    maxDelayMs: 60_000,
    maxElapsedMs: 600_000,
    maxMaybeBilled: Infinity,
    maxConditionalRetries: 2,
    conditionalDelayMultiplier: 0.5,
  });
});

it('is what the user says', () => {
  const options = {
    max_retries: 3,
    base_delay: 0.5,
    max_delay: 9,
    max_elapsed: 30,
    max_maybe_billed: 2,
    conditional_retry_max_attempts: 1,
    conditional_retry_delay_multiplier: 2,
  };
  expect(retryPolicy(schema.parse(options))).toEqual({
    maxRetries: 3,
    baseDelayMs: 500,
    maxDelayMs: 9_000,
    maxElapsedMs: 30_000,
    maxMaybeBilled: 2,
    maxConditionalRetries: 1,
    conditionalDelayMultiplier: 2,
  });
});
