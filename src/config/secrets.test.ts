import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { optionRows, configJsonSchema } from './json-schema.ts';
import { readConfig } from './load.ts';
import { hideEverythingLikeAKey, hideSecrets } from './secrets.ts';

describe('hideSecrets', () => {
  it.each([
    ['https://mia:hunter2@host/v1', 'https://…@host/v1', 'name and password in an address'],
    ['https://host/v1?api_key=short&x=1', 'https://host/v1?api_key=…&x=1', 'a short key in a query'],
    ['sk-aaaaaaaaaaaaaaaacdef', 'sk-…cdef', 'a key of a known shape'],
    ['https://host/v1?model=a', 'https://host/v1?model=a', 'nothing secret'],
    ['a token limit of 4096', 'a token limit of 4096', 'a word alone is no secret'],
  ])('%s becomes %s: %s', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });
});

describe('hideEverythingLikeAKey', () => {
  it.each([
    ['0123456789abcdef0123456789abcdef', '…cdef', 'a key without a prefix'],
    ['supercalifragilisticexpialidocious', 'supercalifragilisticexpialidocious', 'a long word has no digits'],
  ])('%s becomes %s: %s', (text, shown) => {
    expect(hideEverythingLikeAKey(text)).toBe(shown);
  });
});

describe('no problem shows a secret', () => {
  const hex = fc.stringMatching(/^[0-9a-f]{32,48}$/);
  const secrets = fc
    .tuple(fc.constantFrom('sk-', 'sk-or-v1-', 'gsk_', ''), hex)
    .map(([prefix, body]) => `${prefix}a1${body}`);
  const paths = optionRows(configJsonSchema)
    .map(({ path }) => path)
    .filter((path) => !path.includes('[]'));

  it('whatever key it is typed into', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom(...paths), fc.boolean(), (secret, path, asVariable) => {
        const written = asVariable ? '${SECRET}' : secret;
        const inKeys = `{target_proxy: {headers: {"${written}": 1, "${written} ": x}}, "${written}": 1}`;
        const yaml = path
          .split('.')
          .reduceRight((inner, key) => `{${key}: ${inner}}`, `["${written}", "${written}\\n"]`);
        for (const text of [yaml, yaml.replace(/\[(".*?"), .*\]/, '$1'), inKeys]) {
          const lines = readConfig(text, 'config.yaml', { SECRET: secret }).problems.map(formatProblem);
          expect(lines.join('\n')).not.toContain(secret);
        }
      }),
    );
  });
});
