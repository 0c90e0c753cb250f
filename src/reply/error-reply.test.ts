import { describe, expect, it } from 'vitest';
import { errorFrame, reasonPhrase, renderError } from './error-reply.ts';
import type { ErrorReply } from './error-reply.ts';

const error: ErrorReply = {
  status: 429,
  type: 'rate_limit_error',
  code: 'rate_limited',
  message: 'Wait – then send again.',
};

describe('an error as an answer', () => {
  it('has the words in the body and in the reason phrase, and tells libraries not to repeat', () => {
    const { status, reasonPhrase: phrase, headers, body } = renderError(error);
    expect([status, phrase, JSON.parse(body.toString())]).toEqual([
      429,
      'Wait - then send again.',
      { error: { message: 'Wait – then send again.', type: 'rate_limit_error', code: 'rate_limited' } },
    ]);
    expect(headers).toEqual([
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
      'x-should-retry',
      'false',
    ]);
  });

  it('says when to come back, in whole seconds that are enough', () => {
    const { headers, body } = renderError({ ...error, retryAfterMs: 1_200 });
    expect(headers.slice(-2)).toEqual(['retry-after', '2']);
    expect(JSON.parse(body.toString())).toMatchObject({ error: { retry_after: 2 } });
  });

  it('carries further details', () => {
    const { body } = renderError({ ...error, details: { original_response: 'x' } });
    expect(JSON.parse(body.toString())).toMatchObject({ error: { original_response: 'x' } });
  });
});

it('an error inside a stream is an object without choices', () => {
  expect(errorFrame(error).toString()).toBe(
    'data: {"error":{"message":"Wait – then send again.","type":"rate_limit_error","code":"rate_limited"}}\n\n',
  );
});

describe('a reason phrase', () => {
  it.each([
    ['“Don’t” … wait — or – stop', '"Don\'t" ... wait - or - stop', 'typographic signs have a form in ASCII'],
    ['a\r\nX-Evil: 1', 'a X-Evil: 1', 'no line break can start a header'],
    ['过载 overloaded', '? overloaded', 'other scripts can not be carried'],
    ['', '', 'nothing'],
  ])('%j is %j: %s', (message, phrase) => {
    expect(reasonPhrase(message)).toBe(phrase);
  });

  it('is 200 characters at most', () => {
    expect(reasonPhrase('x'.repeat(200))).toBe('x'.repeat(200));
    expect(reasonPhrase('x'.repeat(201))).toBe(`${'x'.repeat(197)}...`);
  });
});
