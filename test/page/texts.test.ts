// What the page makes of texts, without a browser: differences, readable bodies, and the place of a cursor in YAML.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../dashboard/src/diff.ts';
import { groupOf, pathAbove, schemaAt, valuesOf } from '../../dashboard/src/editor/schema-at.ts';
import { indented, messagesIn, replyText, script } from '../../dashboard/src/readable.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';

describe('differences', () => {
  it('are the lines that go and come', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc')).toEqual([
      { kind: 'same', lines: ['a'] },
      { kind: 'removed', lines: ['b'] },
      { kind: 'added', lines: ['x'] },
      { kind: 'same', lines: ['c'] },
    ]);
    expect(diffLines('a', 'a')).toEqual([{ kind: 'same', lines: ['a'] }]);
  });

  it('give both texts back, whatever they are', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = diffLines(before, after);
        const without = (kind: string): string =>
          parts.flatMap((part) => (part.kind === kind ? [] : part.lines)).join('\n');
        expect([without('added'), without('removed')]).toEqual([before, after]);
      }),
    );
  });

  it('of long texts are told without comparing all with all', () => {
    const long = (word: string): string =>
      Array.from({ length: 3_000 }, (_, line) => `${word}${line}`).join('\n');
    expect(diffLines(long('a'), long('b')).map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

describe('JSON made readable', () => {
  it('says the same, number for number', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(JSON.parse(indented(json))).toEqual(JSON.parse(json));
      }),
    );
    expect(indented('{"id":12345678901234567890,"a":[1.0,{}],"b":"\\"{"}')).toBe(
      '{\n  "id": 12345678901234567890,\n  "a": [\n    1.0,\n    {}\n  ],\n  "b": "\\"{"\n}',
    );
  });

  it.each(['plain text', '', '{"cut', '[1,'])('leaves what is no JSON: %j', (text) => {
    expect(indented(text).replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
  });
});

describe('a chat', () => {
  it('is its messages, whatever form they have', () => {
    const parts = [{ type: 'text', text: 'one' }, { type: 'image_url' }, 7];
    const messages = [
      { role: 'user', content: parts },
      { content: null },
      7,
      { role: 'tool', content: { a: 1 } },
    ];
    expect(messagesIn(JSON.stringify({ messages }))).toEqual([
      { role: 'user', text: 'one\n[image_url]\n[part]' },
      { role: '?', text: '' },
      { role: '?', text: '' },
      { role: 'tool', text: '{"a":1}' },
    ]);
    expect(script('{"messages":[{"role":"user","content":"Hi"}]}')).toBe('user:\nHi\n');
    expect([messagesIn('{}'), messagesIn('no'), script('{}')]).toEqual([undefined, undefined, '{}']);
  });

  it.each([
    ['{"choices":[{"message":{"content":"Hi"}}]}', 'Hi'],
    ['{"choices":[]}', '{\n  "choices": []\n}'],
    ['{"choices":[{}]}', '{\n  "choices": [\n    {}\n  ]\n}'],
    ['Hi', 'Hi'],
  ])('is answered by %s', (body, text) => {
    expect(replyText(body)).toBe(text);
  });
});

describe('the place of a cursor', () => {
  const lines = `
error_handling: # here
  max_retries: 3
  hard_stop_conditions:
    rules:
      - pattern: a
        description: b
      -
server:
  port: 1`.split('\n');

  it.each<[string, number, number, readonly string[]]>([
    ['at the left', 10, 0, []],
    ['in a group', 10, 2, ['server']],
    ['in a group further up', 3, 2, ['error_handling']],
    ['in an entry of a list', 6, 8, ['error_handling', 'hard_stop_conditions', 'rules']],
    ['in a new entry', 8, 8, ['error_handling', 'hard_stop_conditions', 'rules']],
    ['behind a group that is over', 8, 4, ['error_handling', 'hard_stop_conditions']],
  ])('is found %s', (_where, line, indent, path) => {
    expect(pathAbove(lines.slice(0, line), indent)).toEqual(path);
  });

  it('tells which keys and values may stand there', () => {
    const keys = (path: readonly string[]): readonly string[] =>
      Object.keys(groupOf(schemaAt(configJsonSchema, path))?.properties ?? {});
    expect(keys(['server'])).toContain('max_request_mb');
    expect(keys(['error_handling', 'hard_stop_conditions', 'rules'])).toContain('pattern');
    expect(keys(['target_proxy', 'timeout'])).toContain('first_byte');
    expect(keys(['no', 'such'])).toEqual([]);
    expect(valuesOf(schemaAt(configJsonSchema, ['streaming', 'rescue', 'style']))).toContain('prefill');
    expect(valuesOf(schemaAt(configJsonSchema, ['regex_replacement', 'enabled']))).toEqual(['true', 'false']);
    expect(valuesOf(schemaAt(configJsonSchema, ['regex_replacement', 'presets']))).toContain('fix-mojibake');
    expect(valuesOf(undefined)).toEqual([]);
  });
});
