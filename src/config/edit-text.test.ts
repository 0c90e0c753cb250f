import { expect, it } from 'vitest';
import { editText } from './edit-text.ts';

const TEXT = `# mine
error_handling:
  max_retries: 3   # three
  retry_codes: [429, 503]
  hard_stop_conditions:
    rules:
      # first
      - pattern: a
`;

it.each<[string, string[], unknown, string]>([
  [
    'a value, and not a character besides',
    ['error_handling', 'max_retries'],
    7,
    TEXT.replace(': 3 ', ': 7 '),
  ],
  ['a text that needs quotes', ['error_handling', 'max_retries'], '#7', TEXT.replace(': 3 ', ': "#7" ')],
  ['a switch', ['error_handling', 'max_retries'], false, TEXT.replace(': 3 ', ': false ')],
  ['a value that was not there', ['server', 'port'], 1, `${TEXT.replace('   #', ' #')}server:\n  port: 1\n`],
  [
    'nothing in place of a value',
    ['error_handling', 'max_retries'],
    null,
    TEXT.replace('  max_retries: 3   # three\n', ''),
  ],
  ['nothing in place of nothing', ['server', 'port'], null, TEXT],
])('sets %s', (_what, path, value, text) => {
  expect(editText(TEXT, [{ kind: 'set', path, value }])).toBe(text);
});

it('adds to a list, its comments kept', () => {
  const path = ['error_handling', 'hard_stop_conditions', 'rules'];
  const pattern = `${'long '.repeat(40)}\\S`;
  const text = editText(TEXT, [{ kind: 'append', path, value: { pattern } }]);
  expect(text).toContain('# mine');
  expect(text).toContain('# first\n      - pattern: a\n      - pattern: long long');
  expect(text).toContain('[429, 503]');
  expect(text.split('\n').find((line) => line.includes('long'))).toContain(pattern);
});

it.each<[string, string, string]>([
  ['is not there', '', 'a:\n  rules:\n    - x: 1\n'],
  ['is empty', 'a:\n  rules:\n', 'a:\n  rules:\n    - x: 1\n'],
  ['is no list', 'a:\n  rules: 7\n', 'a:\n  rules:\n    - x: 1\n'],
])('begins a list that %s', (_what, text, after) => {
  expect(editText(text, [{ kind: 'append', path: ['a', 'rules'], value: { x: 1 } }])).toBe(after);
});

it('makes several changes, one after the other', () => {
  const edits = [
    { kind: 'set', path: ['a', 'b'], value: 'x' },
    { kind: 'set', path: ['a', 'b'], value: 'two\nlines' },
    { kind: 'set', path: ['a', 'c'], value: 1 },
  ] as const;
  expect(editText('', edits)).toBe('a:\n  b: |-\n    two\n    lines\n  c: 1\n');
});

it('leaves a text alone that is no YAML, or no group of keys', () => {
  expect(editText('a: [', [{ kind: 'set', path: ['a'], value: 1 }])).toBe('a: [');
  expect(editText('- a\n', [{ kind: 'set', path: ['a', 'b'], value: 1 }])).toBe('- a\n');
});

it.each(['a: 5\n', 'a:\n', ''])('makes groups of keys where they are needed, in %j', (text) => {
  const edits = [{ kind: 'set', path: ['a', 'b', 'c'], value: 1 }] as const;
  expect(editText(text, edits)).toBe('a:\n  b:\n    c: 1\n');
});

it('gives an empty text when the last key is gone', () => {
  expect(editText('a: 1\n', [{ kind: 'set', path: ['a'], value: null }])).toBe('');
});
