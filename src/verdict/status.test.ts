import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../std/json.ts';
import {
  costForStatus,
  reasonForStatus,
  reportable,
  statusInError,
  statusInTitle,
  unretriedStatus,
} from './status.ts';

describe('what a status says by itself', () => {
  it.each([
    [307, 'redirected', 'not-billed', 502, 400, 'not followed, and never handed on'],
    [300, 'redirected', 'not-billed', 502, 400, 'the first of them'],
    [304, 'redirected', 'not-billed', 502, 400, 'nobody asked conditionally'],
    [400, 'bad-request', 'not-billed', 400, 400, 'the request'],
    [401, 'bad-key', 'not-billed', 401, 401, 'the key'],
    [402, 'no-credit', 'not-billed', 402, 402, 'no money left'],
    [403, 'forbidden', 'not-billed', 403, 403, 'not allowed'],
    [404, 'not-found', 'not-billed', 404, 404, 'no such model or address'],
    [408, 'error-status', 'not-billed', 408, 400, 'clients retry it by themselves'],
    [409, 'error-status', 'not-billed', 409, 400, 'clients retry it by themselves'],
    [413, 'context-too-long', 'not-billed', 413, 413, 'the request is too long'],
    [415, 'bad-request', 'not-billed', 415, 415, 'the request is of another type'],
    [422, 'bad-request', 'not-billed', 422, 422, 'the request does not fit'],
    [429, 'rate-limited', 'not-billed', 429, 400, 'clients retry it by themselves'],
    [500, 'server-error', 'not-billed', 500, 400, 'clients retry all of 500 and above'],
    [502, 'server-error', 'maybe', 502, 400, 'the model may have worked on behind the gateway'],
    [503, 'server-error', 'not-billed', 503, 400, 'overloaded: nothing was done'],
    [504, 'server-error', 'maybe', 504, 400, 'the gateway did not wait for the model'],
    [520, 'server-error', 'maybe', 520, 400, 'Cloudflare got something odd'],
    [524, 'server-error', 'maybe', 524, 400, 'Cloudflare did not wait'],
    [526, 'server-error', 'maybe', 526, 400, 'the last of Cloudflare’s'],
    [527, 'server-error', 'not-billed', 527, 400, 'no more of them'],
    [529, 'overloaded', 'not-billed', 529, 400, "Anthropic's overloaded"],
    [999, 'server-error', 'not-billed', 502, 400, 'no HTTP status at all'],
    [101, 'error-status', 'not-billed', 502, 400, 'nothing a reply can have'],
  ])(
    '%i: %s, %s, reported as %i, after a hard stop as %i (%s)',
    (status, reason, cost, reported, unretried) => {
      expect(reasonForStatus(status)).toBe(reason);
      expect(costForStatus(status)).toBe(cost);
      expect(reportable(status)).toBe(reported);
      expect(unretriedStatus(status)).toBe(unretried);
    },
  );
});

describe('the status an error names', () => {
  it.each<[JsonObject[], number | undefined, string]>([
    [[{ error: {} }, { code: 429 }], 429, 'a number'],
    [[{ code: '503' }], 503, 'digits'],
    [[{ code: 'server_error' }, { code: 429 }], 429, 'a word is none: the next layer is asked'],
    [[{ code: 502 }, { code: 400 }], 502, 'the outermost wins'],
    [[{ code: 200 }], undefined, 'a success is no error'],
    [[{ code: 600 }], undefined, 'no HTTP status'],
    [[{ code: '1300' }], undefined, "a provider's own number"],
    [[{ code: null }, {}], undefined, 'none'],
    [[{ code: 'INTERNAL_SERVER_ERROR', status: 500 }], 500, 'in another field'],
    [[{ status: 'UNAVAILABLE', code: 503 }], 503, 'a word in that field is none'],
    [[{ code: '1300', raw_status_code: 429 }], 429, 'Mistral'],
    [[{ status_code: 503 }], 503, 'as Python names it'],
    [[{ code: 503, status: 429 }], 503, 'the code first'],
    [[{ code: '4290' }, { code: 'x429' }, { code: '4e2' }], undefined, 'digits within more are none'],
    [
      [{ code: ['429'] }, { code: ' 429' }, { code: '429.5' }],
      undefined,
      'nor what only turns into a number',
    ],
    [[{ code: 399 }], undefined, 'not an error yet'],
    [[{ code: 400 }], 400, 'the first error'],
    [[{ code: 599 }], 599, 'the last error'],
    [[], undefined, 'nothing'],
  ])('%j: %s (%s)', (layers, status) => {
    expect(statusInError(layers)).toBe(status);
  });
});

describe('the status in a title', () => {
  it.each<[string, number | undefined, string]>([
    ['<html><title>a.example | 524: A timeout occurred</title>', 524, 'Cloudflare'],
    ['<TITLE>a.example | 522: Connection timed out</TITLE>', 522, 'in any case'],
    ['<title>a.example | 404: Not found</title>', undefined, 'an error of the page itself'],
    ['<title>524: A timeout occurred</title>', undefined, 'no site, no bar'],
    ['<title>a.example | 524</title>', undefined, 'no words'],
    ['<title>a.example | 524: </title>', undefined, 'no words either'],
    ['She reads: a.example | 524: A timeout occurred', undefined, 'no title'],
    ['{"text":"<title>a.example | 524: A timeout occurred</title>"}', undefined, 'no page'],
    ['', undefined, 'nothing'],
  ])('%s: %s (%s)', (page, status) => {
    expect(statusInTitle(page)).toBe(status);
  });
});

it('an answer that no retry can mend may be given another status than 400', () => {
  expect([unretriedStatus(403, 402), unretriedStatus(429, 402), unretriedStatus(500, 402)]).toEqual([
    403, 402, 402,
  ]);
});
