import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { backoffMs } from './backoff.ts';
import { retryErrorHandlingShape } from './options.ts';
import { retryPolicy } from './policy.ts';
import type { RetryPolicy } from './policy.ts';

const policy = retryPolicy(z.object(retryErrorHandlingShape).parse({}));

describe('the wait before a retry', () => {
  it.each([
    [1, 0.5, false, 1_000, 'the base'],
    [2, 0.5, false, 2_000, 'twice as long'],
    [4, 0.5, false, 8_000, 'and so on'],
    [1, 0, false, 750, 'a quarter less at the least'],
    [1, 0.999999, false, 1_250, 'a quarter more at the most'],
    [7, 0.5, false, 60_000, 'capped: 64 s would be too long'],
    [6, 0.999999, false, 40_000, 'capped after the jitter, not before'],
    [5_000, 0.5, false, 60_000, 'no overflow'],
    [1, 0.5, true, 500, 'conditional: half as long'],
    [3, 0.5, true, 2_000, 'conditional, doubling as well'],
  ])(
    'retry %i at chance %d (conditional: %s) waits %i ms: %s',
    (retryNumber, chance, conditional, expectedMs) => {
      expect(Math.round(backoffMs(retryNumber, policy, chance, conditional))).toBe(expectedMs);
    },
  );

  it('lies within its bounds for any policy and number', () => {
    const policies: fc.Arbitrary<RetryPolicy> = fc
      .record({
        baseDelayMs: fc.nat(100_000),
        maxDelayMs: fc.nat(1_000_000),
        conditionalDelayMultiplier: fc.double({ min: 0, max: 10, noNaN: true }),
      })
      .map((part) => Object.assign({}, policy, part));
    const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 1, max: 10_000 }),
        chances,
        fc.boolean(),
        (any, n, chance, conditional) => {
          const waitMs = backoffMs(n, any, chance, conditional);
          const plainMs =
            any.baseDelayMs * (conditional ? any.conditionalDelayMultiplier : 1) * 2 ** Math.min(n - 1, 40);
          expect(waitMs).toBeGreaterThanOrEqual(Math.min(plainMs * 0.75, any.maxDelayMs));
          expect(waitMs).toBeLessThanOrEqual(Math.min(plainMs * 1.25, any.maxDelayMs));
        },
      ),
    );
  });
});
