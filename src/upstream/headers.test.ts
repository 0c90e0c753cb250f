import { describe, expect, it } from 'vitest';
import { headerValue, replyHeaders, requestHeaders } from './headers.ts';

const NOTHING_ADDED: ReadonlyMap<string, string> = new Map();

describe('headers to the upstream', () => {
  it('go on as they came, with identity asked for', () => {
    expect(requestHeaders(['Content-Type', 'application/json', 'X-Custom', 'ä'], NOTHING_ADDED)).toEqual([
      'accept-encoding',
      'identity',
      'Content-Type',
      'application/json',
      'X-Custom',
      'ä',
    ]);
  });

  it.each([
    ['Host', 'old.example', 'ours'],
    ['content-length', '7', 'ours'],
    ['Accept-Encoding', 'gzip', 'ours: bodies must be readable'],
    ['Expect', '100-continue', 'of this connection'],
    ['Connection', 'keep-alive', 'of this connection'],
    ['Transfer-Encoding', 'chunked', 'of this connection'],
    ['Proxy-Authorization', 'x', 'of this connection'],
    ['Authorization', 'Bearer ', 'SillyTavern without a key'],
    ['authorization', 'bearer', 'likewise, trimmed by someone'],
  ])('%s: %s stays behind (%s)', (name, value) => {
    expect(requestHeaders([name, value], NOTHING_ADDED)).toEqual(['accept-encoding', 'identity']);
  });

  it('leave out what Connection names', () => {
    expect(requestHeaders(['Connection', 'close, X-Hop', 'X-Hop', '1', 'X-End', '2'], NOTHING_ADDED)).toEqual(
      ['accept-encoding', 'identity', 'X-End', '2'],
    );
  });

  it('carry the configured ones instead of the client’s', () => {
    const added = new Map([['authorization', 'Bearer configured']]);
    expect(requestHeaders(['Authorization', 'Bearer client', 'X-A', '1'], added)).toEqual([
      'accept-encoding',
      'identity',
      'X-A',
      '1',
      'authorization',
      'Bearer configured',
    ]);
  });
});

describe('headers to the client', () => {
  it('are the upstream’s, repeated ones and Latin-1 included', () => {
    expect(replyHeaders(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=é', 'X-Request-Id', '7'], false)).toEqual([
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=é',
      'X-Request-Id',
      '7',
    ]);
  });

  it.each([
    ['Content-Length', '10', 'whoever sends the body knows it'],
    ['Keep-Alive', 'timeout=5', 'of this connection'],
    ['Transfer-Encoding', 'chunked', 'of this connection'],
    ['Access-Control-Allow-Origin', '*', 'ours to say'],
  ])('%s stays behind (%s)', (name, value) => {
    expect(replyHeaders([name, value, 'Connection', 'X-Hop', 'X-Hop', '1'], false)).toEqual([]);
  });

  it('name the encoding only while it is true', () => {
    const encoded = ['content-encoding', 'gzip'];
    expect(replyHeaders(encoded, false)).toEqual(['content-encoding', 'gzip']);
    expect(replyHeaders(encoded, true)).toEqual([]);
  });
});

it('a header is found whatever the case of its name', () => {
  expect(headerValue(['X-A', '1', 'x-a', '2'], 'x-a')).toBe('1');
  expect(headerValue([], 'x-a')).toBeUndefined();
});
