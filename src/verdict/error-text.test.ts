import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonText, readErrorText } from './error-text.ts';

function read(value: unknown): ReturnType<typeof readErrorText> {
  return readErrorText(value, JSON.stringify(value));
}

describe('the words of an error answer', () => {
  it.each<[unknown, string, string]>([
    [{ error: { message: 'busy', code: 503 } }, 'busy', 'OpenAI and most others'],
    [
      { code: 'The caller does not have permission', error: 'Content violates usage guidelines.' },
      'Content violates usage guidelines.',
      'xAI: the error is a string',
    ],
    [
      { object: 'error', message: 'Service tier capacity exceeded' },
      'Service tier capacity exceeded',
      'Mistral',
    ],
    [{ detail: 'Not authenticated' }, 'Not authenticated', 'FastAPI with a string'],
    [
      { detail: { msg: 'Server is busy; please try again later.', type: 'service_unavailable' } },
      'Server is busy; please try again later.',
      'KoboldAI',
    ],
    [
      { detail: [{ loc: ['body'], msg: 'Field required' }, { msg: 'Input should be a list' }] },
      'Field required - Input should be a list',
      'FastAPI with a list',
    ],
    [{ msg: 'quota' }, 'quota', 'one-api also knows msg'],
    [{ err: 'no channel' }, 'no channel', 'one-api also knows err'],
    [{ error_msg: 'bad' }, 'bad', 'one-api also knows error_msg'],
    [{ header: { message: 'in the header' } }, 'in the header', 'one-api also knows header.message'],
    [{ response: { error: { message: 'inside' } } }, 'inside', 'one-api also knows response.error.message'],
    [
      {
        error: {
          message: 'Provider returned error',
          code: 429,
          metadata: { raw: 'z-ai/glm is temporarily rate-limited upstream.', provider_name: 'BaseTen' },
        },
      },
      'Provider returned error - z-ai/glm is temporarily rate-limited upstream.',
      'OpenRouter hides the reason in metadata.raw',
    ],
    [
      [
        {
          error: { code: 429, message: 'Resource exhausted.', errors: [{ message: 'Resource exhausted.' }] },
        },
      ],
      'Resource exhausted.',
      'Google wraps in a list and says it twice',
    ],
    [
      {
        error: {
          message:
            '{\n  "error": {\n    "code": 429,\n    "message": "Resource has been exhausted"\n  }\n}\n',
          code: 429,
        },
      },
      'Resource has been exhausted',
      'Google through a proxy: JSON in a string',
    ],
    [
      { error: { message: '[GoogleGenerativeAI Error]: overloaded' } },
      '[GoogleGenerativeAI Error]: overloaded',
      'a bracket does not make JSON',
    ],
    [
      { proxy_note: "Assigned key's quota has been exceeded." },
      "Assigned key's quota has been exceeded.",
      'proxies',
    ],
    [
      { error: { message: '<html><title>503 Service Unavailable</title><body>x</body></html>' } },
      '503 Service Unavailable',
      'a page in a message is read like a page',
    ],
    [{ error: { message: '   ' } }, '{"error":{"message":" "}}', 'blank words are none: the whole is shown'],
    [
      { success: false, why: 'quota' },
      '{"success":false,"why":"quota"}',
      'unknown fields: the whole is shown',
    ],
    [
      { error: { message: '{"why":"quota"}' } },
      String.raw`{"error":{"message":"{\"why\":\"quota\"}"}}`,
      'nested too',
    ],
  ])('%j says %j: %s', (value, message) => {
    expect(read(value).message).toBe(message);
  });

  it('of an answer that is no JSON are its text', () => {
    const page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    expect(readErrorText(undefined, page)).toEqual({
      message: '502 Bad Gateway',
      texts: [page, '502 Bad Gateway nginx'],
      layers: [],
    });
  });

  it('are offered to patterns one by one, the whole answer last, its line ends gone', () => {
    const whole = '{\n "error": {"message": "busy",\n "stack": "handler: Cannot read properties"}}';
    expect(readErrorText(JSON.parse(whole), whole).texts).toEqual([
      'busy',
      '{ "error": {"message": "busy", "stack": "handler: Cannot read properties"}}',
    ]);
  });

  it('are all there is where the whole must not be matched', () => {
    const reply = { error: 'cut off', choices: [{ text: 'overloaded, she said' }] };
    expect(readErrorText(reply, '').texts).toEqual(['cut off']);
  });

  it('come with the objects they stood in, outermost first', () => {
    const inner = { code: 429, metadata: { headers: { 'Retry-After': '3' } } };
    const outer = { error: inner };
    expect(read(outer).layers).toEqual([outer, inner, inner.metadata, inner.metadata.headers]);
  });
});

describe('any answer', () => {
  it('is read without throwing, and what is found is bounded', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { message, texts, layers } = read({ error: value });
        expect(message.length).toBeLessThanOrEqual(2_001);
        expect(texts.length + layers.length).toBeLessThanOrEqual(60);
      }),
    );
  });

  it.each([
    ['objects in objects', `${'{"error":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['lists in lists', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a list of errors', `[${'{"error":"x"},'.repeat(50_000)}{}]`],
    ['a long message', JSON.stringify({ error: { message: 'x'.repeat(5_000_000) } })],
    ['braces that open only', JSON.stringify({ error: '{'.repeat(1_000_000) })],
  ])('takes bounded work: %s', (_name, text) => {
    const begun = process.cpuUsage();
    const { texts } = readErrorText(JSON.parse(text), text);
    const { user, system } = process.cpuUsage(begun);
    expect(Math.max(...texts.map((found) => found.length))).toBeLessThanOrEqual(65_536);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });

  it('gives up on JSON in JSON in JSON at some depth', () => {
    let text = 'at the bottom';
    for (let depth = 0; depth < 12; depth += 1) text = JSON.stringify({ error: text });
    expect(readErrorText(JSON.parse(text), '').texts).toEqual([]);
  });
});

describe('JSON as text', () => {
  it.each([
    [{ a: 1 }, '{"a":1}', 'as JSON writes it'],
    [undefined, '', 'nothing is empty'],
    [JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`), '', 'what the engine cannot write is empty'],
  ])('row %#', (value, text) => {
    expect(jsonText(value)).toBe(text);
  });
});
