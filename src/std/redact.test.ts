import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSecretName,
  maskSecret,
  redact,
  redactHeaders,
  redactedHeadersJson,
  redactValue,
  searchBody,
  secretIn,
} from './redact.ts';

describe('maskSecret', () => {
  it.each([
    ['sk-proj-abcdefghijklmnop', 'sk-…mnop', 'the prefix and the last four tell keys apart'],
    ['gsk_0123456789abcdef', 'gsk_…cdef', 'an underscore prefix too'],
    ['0123456789abcdef', '…cdef', 'no prefix'],
    ['a password with "quotes"', '…', 'no letters that would break the JSON it stands in'],
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
    ['the key to the castle: a token of love', 'the key to the castle: a token of love', 'a story'],
    ['a secret: nobody-knew-of-it', 'a secret: nobody-knew-of-it', 'a story, too'],
    ['She was a risk-taking-behaviourist.', 'She was a risk-taking-behaviourist.', 'sk- inside a word'],
    [
      String.raw`"one\nsk-abcdefghijklmnop1234"`,
      String.raw`"one\nsk-…1234"`,
      'the n of a line break is no letter',
    ],
    ['%3Dsk-abcdefghijklmnop1234', '%3Dsk-…1234', 'nor is what stands for a sign in an address'],
    [
      String.raw`{"proxy_password":"my dog, \"Rex\""}`,
      '{"proxy_password":"…"}',
      "SillyTavern's, whatever it is",
    ],
    ['{"api_key_openai": "abc def ghijkl"}', '{"api_key_openai": "…ijkl"}', 'a name that goes on'],
    ['{"apiKey":""}', '{"apiKey":""}', 'an empty one hides nothing'],
    ['{"password":"never-closed', '{"password":"never-…osed', 'a text that was cut off'],
    ['{"password":4096,"x":1}', '{"password":4096,"x":1}', 'what is no string'],
    ['{"key":"the castle gate of old"}', '{"key":"the castle gate of old"}', 'words are no key'],
    ['{"token":" understanding"}', '{"token":" understanding"}', 'a token of a model'],
    ['{"token":"correct-horse-battery"}', '{"token":"…tery"}', 'too long for a word'],
    ['{"sessionKey":"abcd1234"}', '{"sessionKey":"…"}', 'in camel case'],
    ["{'password': 'open sesame'}", "{'password': '…'}", 'as Python prints it'],
    [
      String.raw`"{\"password\":\"open \\\"sesame\\\" \",\"a\":1}"`,
      String.raw`"{\"password\":\"…\",\"a\":1}"`,
      'JSON in JSON',
    ],
    ['password = hunter2hunter2', 'password = …ter2', 'in a text, if it has a digit'],
    ['authorization: bearer abc123def456', 'authorization: bearer …f456', 'in small letters after its name'],
    ['BEARER abc123def456', 'BEARER …f456', 'in capitals'],
    ['https://me:pass@x.example/', 'https://…@x.example/', 'a user and a password in an address'],
    ['mail me@x.example', 'mail me@x.example', 'an address of mail'],
    ['/v1?a=1&sig=x&access_token=y#z', '/v1?a=1&sig=…&access_token=…#z', 'parameters, however short'],
    ['::: = ', '::: = ', 'signs without names'],
    [
      String.raw`"\neyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0"`,
      String.raw`"\n…0In0"`,
      'a token on a line of its own',
    ],
  ])('%s', (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it('takes what is quoted deeper than JSON goes for a secret to its end, or for none', () => {
    const deep = `${'\\'.repeat(16)}"`;
    expect(redact(`{"password":${deep}open sesame${deep}}`)).toBe(`{"password":${deep}…`);
    expect(redact(`{"key":${deep}open sesame${deep}}`)).toBe(`{"key":${deep}open sesame${deep}}`);
  });

  it('removes the secrets it is told, wherever they stand', () => {
    expect(redact('my-own-secret and (my-own-secret)', ['my-own-secret'])).toBe('my-…cret and (my-…cret)');
  });

  it('leaves text alone when a "secret" is too short to be one', () => {
    expect(redact('a cat', ['a', ''])).toBe('a cat');
  });

  it('knows a secret as it stands in JSON and in an address', () => {
    const secret = 'my "own" secret & more';
    expect(redact(`${JSON.stringify({ it: secret })} ?q=${encodeURIComponent(secret)}`, [secret])).toBe(
      '{"it":"…more"} ?q=…more',
    );
  });

  it('takes a short one only where it stands alone', () => {
    expect(redact('none of it is nonetheless "none"', ['none'])).toBe('… of it is nonetheless "…"');
  });

  it('leaves nothing of secrets that overlap', () => {
    expect(redact('abcdefgh12345678ijklmnop', ['abcdefgh12345678', '12345678ijklmnop'])).toBe('…mnop');
    expect(redact('{"password":"abcdefgh12345678"}', ['12345678'])).toBe('{"password":"…5678"}');
  });

  it('is linear, also where a text begins like a key over and over', () => {
    for (const part of [
      'eyJaaaaaaaaaa-',
      'sk-',
      'key=',
      ':',
      '@',
      '//',
      '?a=',
      'password":',
      '\\"',
      'Bearer ',
    ]) {
      const hostile = part.repeat(100_000);
      expect(redact(hostile).length).toBeGreaterThan(0);
    }
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
  expect(isSecretName(name)).toBe(is);
});

it('knows a name for what it is after any number of others', () => {
  for (let index = 0; index < 300; index += 1)
    expect([isSecretName(`header-${index}`), isSecretName(`auth-${index}`)]).toEqual([false, true]);
});

it('knows by heart what it has said of a short text only for the same secrets', () => {
  const model = 'the-old-dog/large';
  expect(redact(model)).toBe(model);
  expect(redact(model, ['the-old-dog'])).toBe('…/large');
  expect(redact(model, ['another one'])).toBe(model);
  for (let index = 0; index < 100; index += 1) expect(redact(`model ${index}`)).toBe(`model ${index}`);
  expect(redact(model, ['the-old-dog'])).toBe('…/large');
});

describe('redactHeaders', () => {
  it('hides what is named like a secret, is known, or is a long run of letters and digits', () => {
    const headers = [
      'Authorization',
      'Bearer abcdefghijkl',
      'x-what',
      'knownsecret9',
      'x-trace',
      'abcdefghijklmnop0123456789',
    ];
    expect(
      redactHeaders([...headers, 'accept', 'application/vnd-of-something-rather-long'], ['knownsecret9']),
    ).toEqual([
      ['Authorization', '…ijkl'],
      ['x-what', '…ret9'],
      ['x-trace', '…6789'],
      ['accept', 'application/vnd-of-something-rather-long'],
    ]);
  });
});

it('hides in headers what is a secret now, whatever it was the last time', () => {
  const headers = ['x-what', 'knownsecret9', 'accept', '"any"'];
  const shown = (known: readonly string[]): unknown => redactHeaders(headers, known)[0]?.[1];
  const secret = ['knownsecret9'];
  expect([shown([]), shown(secret), shown(secret), shown([])]).toEqual([
    'knownsecret9',
    '…ret9',
    '…ret9',
    'knownsecret9',
  ]);
  expect(redactedHeadersJson(headers, secret)).toBe('[["x-what","…ret9"],["accept","\\"any\\""]]');
  expect(redactedHeadersJson([], [])).toBe('[]');
});

it('holds as few headers as there are', () => {
  const names = Array.from({ length: 200 }, (_, index) => [`x-${index}`, 'a'.repeat(index * 2)]).flat();
  expect(redactHeaders(names, []).flat()).toEqual(names);
});

it('hides in headers what it hides in each value alone', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '{"token":"abcd1234efgh',
      '"key":"',
      'abcd1234efgh5678',
      'token=',
      'Bearer ',
      "{'key': 'a1b2c3d4e5",
    ),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 6 }), (values) => {
      const headers = values.flatMap((text, index) => [`x-${index}`, text]);
      const alone = values.map((text, index) => redactHeaders([`x-${index}`, text], [])[0]);
      expect(redactHeaders(headers, [])).toEqual(alone);
    }),
  );
  expect(redactHeaders(['x-error', '{"token":"abcd1234efgh'], [])).toEqual([['x-error', '{"token":"…efgh']]);
});

describe('redactValue', () => {
  it('goes through data of any shape', () => {
    const value = {
      list: ['my-own-secret', 1, null],
      'my-own-secret': true,
      password: 'x y',
      none: 'none',
      token: 'short',
    };
    expect(redactValue(value, ['my-own-secret', 'none'])).toEqual({
      list: ['my-…cret', 1, null],
      'my-…cret': true,
      password: '…',
      none: '…',
      token: 'short',
    });
  });
});

it.each('sk pk rk gsk xai hf r8 pplx fw nvapi glpat gho ghp ghs ghu github_pat tgp_v1'.split(' '))(
  'a key that begins with %s is one',
  (prefix) => {
    for (const sign of ['-', '_'])
      expect(redact(`a ${prefix}${sign}abcdefghijklmnop b`)).not.toContain('abcdefghijkl');
  },
);

describe('searchBody', () => {
  it('gives back the very bytes where there is no secret', () => {
    const body = Buffer.from('{"content":"größer"}');
    const searched = searchBody(body);
    expect(searched.secrets).toEqual([]);
    expect(searched.without(['my-own-secret'])).toBe(body);
  });

  it('tells what it has found, as it is meant', () => {
    const password = 'pa"ss wörd';
    const { secrets, without } = searchBody(Buffer.from(JSON.stringify({ password, text: 'ärger' })));
    expect(secrets).toEqual([password]);
    expect(without([])).toBe('{"password":"…","text":"ärger"}');
  });

  it('finds a known secret that is not ASCII, and one cut off in the middle of an escape', () => {
    expect(searchBody(Buffer.from('so geheim: schlüssel!')).without(['schlüssel'])).toBe('so geheim: …!');
    const cutOff = String.raw`abc\u` + '00';
    expect(searchBody(Buffer.from(`{"password":"${cutOff}`)).secrets).toEqual([cutOff]);
  });
});
