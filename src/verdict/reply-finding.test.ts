import { describe, expect, it } from 'vitest';
import { judged, reply, responded, rulesOf } from '../../test/support/outcomes.ts';

describe('error answers', () => {
  it.each<[number, unknown, string, string, string, number, string, string]>([
    [
      429,
      { error: { message: 'slow down' } },
      'retryable',
      'rate-limited',
      'retry_codes',
      429,
      'slow down',
      'a limit',
    ],
    [
      503,
      { error: { message: 'busy' } },
      'retryable',
      'server-error',
      'retry_codes',
      503,
      'busy',
      'it may be free later',
    ],
    [529, '', 'retryable', 'overloaded', 'retry_codes', 529, '', 'nothing in it'],
    [
      524,
      '<html><title>a.example | 524: A timeout occurred</title><body>…</body></html>',
      'retryable',
      'server-error',
      'retry_codes',
      524,
      'a.example | 524: A timeout occurred',
      'a page of Cloudflare',
    ],
    [
      401,
      { error: 'no such key' },
      'final',
      'bad-key',
      'fail_codes',
      401,
      'no such key',
      'a key does not improve',
    ],
    [403, { detail: 'no' }, 'final', 'forbidden', 'fail_codes', 403, 'no', 'nor does a permission'],
    [400, { message: 'bad' }, 'final', 'bad-request', 'fail_codes', 400, 'bad', 'nor does a request'],
    [
      404,
      { error: { message: 'no model' } },
      'retryable',
      'not-found',
      'conditional_retry_codes',
      404,
      'no model',
      '',
    ],
    [
      402,
      { error: { message: 'pay' } },
      'final',
      'no-credit',
      'unlisted_status',
      402,
      'pay',
      'unknown means stop',
    ],
    [
      429,
      { error: { message: 'quota', code: 400 } },
      'retryable',
      'rate-limited',
      'retry_codes',
      429,
      'quota',
      'the HTTP status is the fact, the code in the body is not',
    ],
    [302, 'Found', 'final', 'redirected', 'unlisted_status', 502, 'Found', 'a redirect without a place'],
  ])('%i %j: %s %s by %s', (status, body, kind, reason, rule, reported, message) => {
    expect(judged(responded(status, body))).toMatchObject({ kind, reason, rule, status: reported, message });
  });

  it('say when to come back', () => {
    const limited = responded(429, { error: { message: 'x' } }, [
      'Retry-After',
      'Mon, 23 Nov 2026 12:00:09 GMT',
    ]);
    expect(judged(limited)).toMatchObject({ kind: 'retryable', retryAfterMs: 9_000 });
    const failing = rulesOf({ fail_codes: [429] });
    expect(judged(limited, failing)).toMatchObject({ kind: 'final', retryAfterMs: 9_000 });
    expect(judged(responded(429, {}))).not.toHaveProperty('retryAfterMs');
  });

  it.each([
    ['https://b.example/v1/chat?key=secret', 'redirects to https://b.example/v1/chat', 'no query'],
    ['https://user:pass@b.example/v1#x', 'redirects to https://b.example/v1', 'no name and password'],
    ['/v2/chat/completions', 'redirects to /v2/chat/completions', 'on the same host'],
  ])('that redirect to %s say where, without secrets: %s (%s)', (location, message) => {
    expect(judged(responded(307, '', ['Location', location]))).toMatchObject({ kind: 'final', message });
  });

  it('are asked about in the order of the lists', () => {
    const lists = { fail_codes: [500], retry_codes: [500, 404], conditional_retry_codes: [404, 418] };
    const kinds = [500, 404, 418].map((status) => judged(responded(status, ''), rulesOf(lists)));
    expect(kinds).toMatchObject([
      { kind: 'final', rule: 'fail_codes' },
      { kind: 'retryable', rule: 'retry_codes', conditional: false },
      { kind: 'retryable', rule: 'conditional_retry_codes', conditional: true },
    ]);
    const off = rulesOf({ ...lists, conditional_retry_enabled: false });
    expect(judged(responded(418, ''), off)).toMatchObject({ kind: 'final', rule: 'unlisted_status' });
  });
});

describe('bad replies without an HTTP error', () => {
  it.each([
    [responded(200, ''), 'retryable', 'empty-reply', 502, '', 'maybe', 'an empty body'],
    [responded(204, ''), 'retryable', 'empty-reply', 502, '', 'maybe', 'no content'],
    [responded(200, ' \n'), 'retryable', 'empty-reply', 502, '', 'maybe', 'blank lines only'],
    [responded(200, { choices: [] }), 'retryable', 'empty-reply', 502, '', 'maybe', 'no choices'],
    [responded(200, reply({ content: null })), 'retryable', 'empty-reply', 502, '', 'maybe', 'null'],
    [
      responded(200, reply({ content: '', reasoning_content: 'Hm.' })),
      'retryable',
      'empty-reply',
      502,
      '',
      'maybe',
      'thought, but said nothing',
    ],
    [
      responded(200, reply({ content: '' }, 'content_filter')),
      'final',
      'blocked',
      400,
      'finish_reason: content_filter',
      'maybe',
      'a filter does not change its mind',
    ],
    [
      responded(200, reply({}, 'PROHIBITED_CONTENT')),
      'final',
      'blocked',
      400,
      'finish_reason: PROHIBITED_CONTENT',
      'maybe',
      "Google's names are in capitals",
    ],
    [
      responded(200, reply({ reasoning: 'Hm.' }, 'length')),
      'final',
      'length-limit',
      400,
      'finish_reason: length',
      'billed',
      'thinking used the whole length',
    ],
    [
      responded(200, '{"choices":[{"mess'),
      'retryable',
      'malformed-reply',
      502,
      '{"choices":[{"mess',
      'maybe',
      'cut',
    ],
    [
      responded(200, 'data: [DONE]\n\n'),
      'retryable',
      'malformed-reply',
      502,
      'data: [DONE]',
      'maybe',
      'a stream that tells nothing',
    ],
    [
      responded(200, 'data: {"choices":[{"delta":{}}]}\n\n'),
      'retryable',
      'empty-reply',
      502,
      '',
      'maybe',
      'a stream without a word',
    ],
    [
      responded(200, 'data: {"error":{"message":"limit","code":429}}\n\ndata: [DONE]\n\n'),
      'retryable',
      'rate-limited',
      429,
      'limit',
      'not-billed',
      'a stream that tells an error',
    ],
    [
      responded(200, '<html><title>Just a moment...</title></html>'),
      'retryable',
      'malformed-reply',
      502,
      'Just a moment...',
      'maybe',
      'a page',
    ],
    [responded(200, '[]'), 'retryable', 'malformed-reply', 502, '[]', 'maybe', 'a list'],
    [responded(200, 'null'), 'retryable', 'malformed-reply', 502, 'null', 'maybe', 'null'],
    [
      responded(200, { id: 'x' }),
      'retryable',
      'malformed-reply',
      502,
      '{"id":"x"}',
      'maybe',
      'another shape',
    ],
    [
      responded(200, [{ error: { code: 429, message: 'exhausted' } }]),
      'retryable',
      'rate-limited',
      429,
      'exhausted',
      'not-billed',
      'Google wraps errors in a list',
    ],
    [
      responded(200, { error: { message: 'disconnected', code: 'server_error' } }),
      'retryable',
      'error-in-reply',
      502,
      'disconnected',
      'maybe',
      'an error with a word for a code',
    ],
    [
      responded(200, { error: { message: 'limit', code: 429 } }),
      'retryable',
      'rate-limited',
      429,
      'limit',
      'not-billed',
      'an error that names its status',
    ],
    [
      responded(200, { error: { message: 'not multimodal', code: 400 } }),
      'final',
      'bad-request',
      400,
      'not multimodal',
      'not-billed',
      'an error that names a status that fails (vLLM)',
    ],
    [
      responded(200, { error: { message: 'limit', code: 429 }, choices: [{ text: 'Once' }] }),
      'retryable',
      'rate-limited',
      429,
      'limit',
      'maybe',
      'part of a text has been made',
    ],
  ])('row %#: %j', (outcome, kind, reason, status, message, cost) => {
    expect(judged(outcome)).toMatchObject({ kind, reason, status, message, cost });
  });

  it('have a stated wait too', () => {
    const outcome = responded(200, { error: { code: 429, message: 'Please try again in 2s' } });
    expect(judged(outcome)).toMatchObject({ kind: 'retryable', retryAfterMs: 2_000 });
  });

  it('are judged by the lists alone when our own knowledge is off', () => {
    const filtered = responded(200, reply({ content: '' }, 'content_filter'));
    expect(judged(filtered, rulesOf({ builtin_rules: false }))).toMatchObject({
      kind: 'retryable',
      reason: 'empty-reply',
      rule: 'retry_codes',
    });
    expect(judged(responded(200, ''), rulesOf({ retry_codes: [429] }))).toMatchObject({
      kind: 'final',
      reason: 'empty-reply',
      rule: 'unlisted_status',
      status: 502,
    });
  });
});
