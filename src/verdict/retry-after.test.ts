import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readErrorText } from './error-text.ts';
import { statedWaitMs } from './retry-after.ts';

const NOW_MS = Date.parse('2026-11-23T12:00:00Z');

function waitIn(headers: readonly string[], body: unknown): number | undefined {
  const isText = typeof body === 'string';
  return statedWaitMs(headers, readErrorText(isText ? undefined : body, isText ? body : ''), NOW_MS);
}

describe('a wait stated in headers', () => {
  it.each<[string[], number | undefined, string]>([
    [['Retry-After', '30'], 30_000, 'seconds'],
    [['retry-after', ' 1.5 '], 1_500, 'decimals, with spaces'],
    [['retry-after', '0'], 0, 'none'],
    [['retry-after', '-5'], 0, 'a moment gone by'],
    [['retry-after', 'Mon, 23 Nov 2026 12:00:30 GMT'], 30_000, 'a date'],
    [['retry-after', 'Monday, 23-Nov-26 12:00:30 GMT'], 30_000, 'the date form of RFC 850'],
    [['retry-after', 'Mon Nov 23 12:00:30 2026'], 30_000, 'the date form of asctime, which means GMT'],
    [['retry-after', 'Mon, 23 Nov 2026 11:00:00 GMT'], 0, 'a date gone by'],
    [['retry-after-ms', '250', 'retry-after', '1'], 250, 'milliseconds are the finer word'],
    [['retry-after-ms', 'soon', 'retry-after', '1'], 1_000, 'what can not be read is passed over'],
    [['retry-after-ms', '-1'], 0, 'negative milliseconds'],
    [['retry-after', 'soon'], undefined, 'a word'],
    [['retry-after', ''], undefined, 'nothing'],
    [['retry-after', '1e3'], undefined, 'an exponent is no form of RFC 9110'],
    [['retry-after', '0x10'], undefined, 'nor is base 16'],
    [['retry-after', '2026-11-23T12:00:30Z'], undefined, 'nor is an ISO date'],
    [['retry-after', 'Mon, 99 Nov 2026 12:00:30 GMT'], undefined, 'a day that does not exist'],
    [['retry-after', '23 Nov 2026 12:00:30 GMT'], undefined, 'nor is a date without its weekday'],
    [['retry-after', 'x Mon, 23 Nov 2026 12:00:30 GMT'], undefined, 'nor one after something else'],
    [['retry-after', 'Mon, 23 Nov 2026 12:00:30 GMT (or later)'], undefined, 'nor one before something else'],
    [['retry-after', '9'.repeat(13)], undefined, 'longer than anything sensible'],
    [
      ['x-ratelimit-reset-tokens', '2m59.56s'],
      undefined,
      'limits of buckets are no promise for this request',
    ],
    [[], undefined, 'no header'],
  ])('%j is %s ms: %s', (headers, expectedMs) => {
    expect(waitIn(headers, undefined)).toBe(expectedMs);
  });
});

describe('a wait stated in fields', () => {
  it.each<[unknown, number | undefined, string]>([
    [
      {
        error: {
          code: 429,
          details: [
            { '@type': 'type.googleapis.com/google.rpc.QuotaFailure' },
            { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '29.723877525s' },
          ],
        },
      },
      29_723.877525,
      'google.rpc.RetryInfo',
    ],
    [[{ error: { details: [{ retryDelay: '2s' }] } }], 2_000, 'the same in a list'],
    [{ error: { message: '{"error":{"details":[{"retryDelay":"3s"}]}}' } }, 3_000, 'the same in a string'],
    [{ error: { availability: { retryable: true, retry_after: 12 } } }, 12_000, "OpenRouter's availability"],
    [{ error: { metadata: { headers: { 'Retry-After': '7' } } } }, 7_000, 'headers quoted in the body'],
    [{ error: { 'retry-after-ms': 40 } }, 40, 'milliseconds'],
    [{ retry_after: '5' }, 5_000, 'seconds in a string, at the top'],
    [{ error: { retry_after: -1 } }, 0, 'a moment gone by'],
    [{ error: { retryDelay: 5 } }, undefined, 'a duration has a unit'],
    [{ error: { retryDelay: '5' } }, undefined, 'a duration has a unit, in a string too'],
    [{ error: { retryDelay: '50' } }, undefined, 'the last digit is no unit'],
    [{ error: { retry_after: [5] } }, undefined, 'a list'],
    [{ error: { retry_after: ['Mon, 23 Nov 2026 12:00:30 GMT'] } }, undefined, 'a list of dates'],
    [{ error: { retryDelay: 'soons' } }, undefined, 'a word'],
    [{ error: { retry_after: null } }, undefined, 'null'],
    [{ error: { retry_after: true } }, undefined, 'a truth value'],
    [{ error: { retry_after: 1e300 } }, undefined, 'beyond anything sensible'],
    [{ error: { retry_after: 'soon', metadata: { retry_after: 4 } } }, 4_000, 'the next field is asked'],
  ])('%j is %s ms: %s', (body, expectedMs) => {
    expect(waitIn([], body)).toBe(expectedMs);
  });
});

describe('a wait stated in words', () => {
  it.each<[string, number | undefined, string]>([
    ['Limit 200000, Used 162960. Please try again in 1.574s. Visit https://x', 1_574, 'OpenAI'],
    ['Please try again in 579ms.', 579, 'OpenAI, short'],
    ['Please try again in 1m9.696s.', 69_696, 'OpenAI, longer'],
    ['Please try again in 9m38.016s. Need more tokens?', 578_016, 'Groq'],
    ['Try again in 2 minutes', 120_000, 'in full'],
    ['try again in about 1 hour, 5 mins', 3_900_000, 'roughly'],
    ['try again in 250 milliseconds', 250, 'milliseconds in full'],
    ['try again in 1 Day', 86_400_000, 'a day'],
    ['Please retry after 6 seconds.', 6_000, 'Azure'],
    ['Please retry in 29.5s.', 29_500, 'Gemini'],
    ['try again in 5', undefined, 'no unit'],
    ['try again in 5 apples', undefined, 'no time'],
    ['try again in 5 months', undefined, 'not minutes'],
    ['try again in a few seconds', undefined, 'no number'],
    ['try again later', undefined, 'no time at all'],
    ['I will not retry in 5s of my life', 5_000, 'the words of an error are taken as they stand'],
  ])('%j is %s ms: %s', (text, expectedMs) => {
    expect(waitIn([], text)).toBe(expectedMs);
    expect(waitIn([], { error: { message: text } })).toBe(expectedMs);
  });
});

describe('headers, fields and words', () => {
  const body = { error: { message: 'try again in 3s', retry_after: 2 } };

  it.each<[string[], unknown, number, string]>([
    [['retry-after', '1'], body, 1_000, 'headers first'],
    [['retry-after', 'x'], body, 2_000, 'then fields'],
    [[], { error: body.error.message }, 3_000, 'then words'],
  ])('row %#: %j', (headers, given, expectedMs) => {
    expect(waitIn(headers, given)).toBe(expectedMs);
  });

  it('of any kind give a number that is finite and not negative, or nothing', () => {
    const stated = fc.oneof(
      fc.string(),
      fc.stringMatching(/^-?\d{0,14}\.?\d{0,22}$/),
      fc.stringMatching(/^try again in \d{1,20}(ms|s|m|h|d| minutes) ?\d{0,4}s?$/),
    );
    fc.assert(
      fc.property(stated, stated, fc.jsonValue(), (header, words, value) => {
        const waitMs = waitIn(['retry-after', header], { error: { message: words, retry_after: value } });
        expect(waitMs === undefined || (Number.isFinite(waitMs) && waitMs >= 0)).toBe(true);
      }),
    );
  });

  it.each(['try again in ', 'try again in 1s ', 'retry in 1', '1', ' ', 'try again in 1m1m1m1m1m1m '])(
    'take time that grows with their length only: %j repeated',
    (piece) => {
      const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
      const begun = process.cpuUsage();
      statedWaitMs(
        ['retry-after', text],
        { message: '', texts: [text], layers: [{ retry_after: text }] },
        NOW_MS,
      );
      const { user, system } = process.cpuUsage(begun);
      expect((user + system) / 1_000).toBeLessThan(2_000);
    },
  );
});
