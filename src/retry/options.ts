// The part of `error_handling` that says how often and after what wait a request is sent again. Times are in
// seconds, as the user writes them.
import * as z from 'zod';

/** Fields of `error_handling` that decide about retries; config/ joins them with those of verdict/. */
export const retryErrorHandlingShape = {
  max_retries: z
    .int()
    .min(0)
    .default(10)
    .describe('How many attempts may follow the first; 0 switches retries off.'),
  base_delay: z
    .number()
    .min(0)
    .default(1)
    .describe(
      'Seconds before the first retry; each further wait is twice as long, varied by 25 % either way.',
    ),
  max_delay: z
    .number()
    .min(0)
    .default(60)
    .describe('Longest wait in seconds; when the upstream asks for more, the client is told at once.'),
  conditional_retry_max_attempts: z
    .int()
    .min(0)
    .default(2)
    .describe('How many retries the statuses in `conditional_retry_codes` get.'),
  conditional_retry_delay_multiplier: z
    .number()
    .min(0)
    .default(0.5)
    .describe('Factor on the wait before such a retry.'),
  max_elapsed: z
    .number()
    .positive()
    .default(600)
    .describe('Seconds since the request came in, after which no new attempt begins.'),
  max_maybe_billed: z
    .int()
    .min(0)
    .exactOptional()
    .describe(
      'How many failed attempts that may have cost money (timed out, cut, or empty) are allowed before giving up. Absent: no limit.',
    ),
};

/** The retrying part of `error_handling` with its defaults filled in. */
export type RetryErrorHandlingOptions = z.output<z.ZodObject<typeof retryErrorHandlingShape>>;
