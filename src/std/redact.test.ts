import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSecretName, maskSecret, redact, secretIn } from './redact.ts';

describe('maskSecret', () => {
  it.each([
    ['sk-proj-abcdefghijklmnop', 'sk-…mnop', 'the prefix and the last four tell keys apart'],
    ['gsk_0123456789abcdef', 'gsk_…cdef', 'an underscore prefix too'],
    ['0123456789abcdef', '…cdef', 'no prefix'],
    ['short', '…', 'four of few characters would be too many'],
  ])('%s becomes %s: %s', (secret, masked) => {
    expect(maskSecret(secret)).toBe(masked);
  });
});

describe('redact', () => {
  it.each([
    [
      'Incorrect API key provided: sk-abcdefghijklmnop1234.',
      'Incorrect API key provided: sk-…1234.',
      'OpenAI',
    ],
    ['key AIzaSyA1234567890abcdefghijklmnopqrstu bad', 'key …rstu bad', 'Google'],
    ['Authorization: Bearer abc123def456ghi', 'Authorization: Bearer …6ghi', 'any bearer token'],
    [
      'https://x.example/v1?key=abc123def456ghi&alt=sse',
      'https://x.example/v1?key=…6ghi&alt=sse',
      'in a URL',
    ],
    ['{"api_key": "abc123def456ghi"}', '{"api_key": "…6ghi"}', 'in JSON'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sig_nature', '…ture', 'a JSON web token'],
    [
      'the API key: Incorrect API key provided.',
      'the API key: Incorrect API key provided.',
      'words are no key',
    ],
    ['Max tokens: 4096000000 exceeded', 'Max tokens: 4096000000 exceeded', 'a number of tokens is no token'],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('removes the secrets it is told, wherever they stand', () => {
    expect(redact('my-own-secret and (my-own-secret)', ['my-own-secret'])).toBe('my-…cret and (my-…cret)');
  });

  it('leaves text alone when a "secret" is too short to be one', () => {
    expect(redact('a cat', ['a', ''])).toBe('a cat');
  });

  it('is linear, also where a text begins like a key over and over', () => {
    const hostile = 'eyJaaaaaaaaaa-'.repeat(100_000);
    expect(redact(hostile)).toHaveLength(hostile.length);
  });

  it('never lets a known secret through, whatever surrounds it', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9_.~+-]{8,60}$/);
    fc.assert(
      fc.property(fc.string(), secret, fc.string(), (before, key, after) => {
        expect(redact(before + key + after, [key])).not.toContain(key);
      }),
    );
  });
});

it.each([
  ['Bearer abc', 'abc'],
  ['basic abc', 'abc'],
  ['abc', 'abc'],
])('the secret in %j is %j', (value, secret) => {
  expect(secretIn(value)).toBe(secret);
});

it.each([
  ['authorization', true],
  ['X-Api-Key', true],
  ['set-cookie', true],
  ['content-type', false],
])('%s is named like a secret: %s', (name, is) => {
  expect(isSecretName(name)).toBe(is);
});
