import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideText } from './hidden-text.ts';

const KEY = 'sk-abcdefghijklmnop1234';

describe('is hidden', () => {
  it.each<[string, string, string]>([
    [
      'the key, whatever it looks like',
      'target_proxy:\n  apikey: tiger',
      'target_proxy:\n  apikey: <hidden-1>',
    ],
    [
      'with its quotes, its comment left',
      `target_proxy: {apikey: "${KEY}"} # mine`,
      'target_proxy: {apikey: <hidden-1>} # mine',
    ],
    [
      'the token of the page',
      'server:\n  admin_token: correct horse battery',
      'server:\n  admin_token: <hidden-1>',
    ],
    [
      'headers',
      'target_proxy:\n  headers:\n    X-Own: tiger',
      'target_proxy:\n  headers:\n    X-Own: <hidden-1>',
    ],
    [
      'a secret in an address',
      'target_proxy: {url: "https://a.example/v1?key=tiger"}',
      'target_proxy: {url: <hidden-1>}',
    ],
    ['a key in a comment', `# apikey: ${KEY}\na: 1`, '# apikey: <hidden-1>\na: 1'],
    [
      'a key in a comment that does not say so',
      `# the old one was ${KEY}, it seems`,
      '# the old one was <hidden-1>, it seems',
    ],
    [
      'a key in text that is no YAML',
      `a: [\n api_key = tiger # old\n x: ${KEY}`,
      'a: [\n api_key = <hidden-1> # old\n x: <hidden-2>',
    ],
    ['a key behind a mark', `# apikey: a#${KEY}`, '# apikey: <hidden-1>'],
    [
      'a key before a bracket',
      `target_proxy: {\n  apikey: ${KEY}}`,
      'target_proxy: {\n  apikey: <hidden-1>}',
    ],
    [
      'a key over several lines',
      `target_proxy:\n  apikey: >-\n    tiger\nserver: {}`,
      'target_proxy:\n  apikey: <hidden-1>\nserver: {}',
    ],
    ['the same key twice', `a: ${KEY}\nb: ${KEY}`, 'a: <hidden-1>\nb: <hidden-2>'],
  ])('%s', (_what, text, shown) => {
    expect(hideText(text).text).toBe(shown);
    expect(hideText(text).restore(shown)).toBe(text);
  });
});

describe('is not hidden', () => {
  it.each<[string, string]>([
    ['what is no secret', 'error_handling:\n  max_retries: 3 # three'],
    ['a reference to a variable', 'target_proxy:\n  apikey: ${MY_KEY}\n  headers: {X: "${OTHER}"}'],
    ['a key without a value', 'target_proxy:\n  apikey:\n  url: http://a.example'],
    ['a switch that is named like one', '# x_token: true\n# y_token: null\n# my_secret: [1]\nz_token: 7'],
    ['nothing', ''],
  ])('%s', (_what, text) => {
    expect(hideText(text).text).toBe(text);
  });
});

it('puts secrets back wherever their lines have gone', () => {
  const hidden = hideText(`target_proxy:\n  apikey: ${KEY}\n`);
  expect(hidden.restore('a: 1\nx: <hidden-1> # y\n')).toBe(`a: 1\nx: ${KEY} # y\n`);
  expect(hidden.restore('a: <hidden-2>')).toBeUndefined();
  expect(hidden.restore('a: <hidden-0>')).toBeUndefined();
});

it('hides a planted key anywhere, and comes back as it was', () => {
  const place = fc.constantFrom(
    'target_proxy:\n  apikey: ',
    '# ',
    'a: [x, ',
    'b: "',
    'url: http://u:p@h/?key=',
    '- ',
    '',
  );
  fc.assert(
    fc.property(fc.string(), place, fc.string(), (before, name, after) => {
      const text = `${before}\n${name}${KEY}\n${after}`;
      const { text: shown, restore } = hideText(text);
      expect(shown).not.toContain(KEY);
      expect(restore(shown)).toBe(text);
    }),
  );
});
