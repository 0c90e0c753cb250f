import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { defaultConfig, readConfig } from './load.ts';
import { configSchema } from './schema.ts';
import type { Environment } from './variables.ts';

function problemsOf(text: string, env: Environment = {}): readonly string[] {
  return readConfig(text, 'c.yaml', env).problems.map(formatProblem);
}

const FRAGMENTS = (
  'server port error_handling target_proxy rules headers << __proto__ constructor : - [ ] { } , " \' | &a *a !x ? --- % # ' +
  '1 -1 .inf yes null ${A} ${ $${'
)
  .split(' ')
  .concat(': ', '\n', '\n  ', '\n- ', '\t', ' ');

describe('readConfig', () => {
  it.each([
    ['', 'an empty file'],
    ['# nothing\n', 'only a comment'],
    ['server:\nerror_handling:\n', 'sections without content'],
    ['target_proxy: {url: , headers: {X-A: }}\n', 'keys without a value'],
  ])('reads %j as the defaults: %s', (text) => {
    const config = configSchema.parse({});
    expect(readConfig(text, 'c.yaml', {})).toEqual({ kind: 'valid', config, problems: [] });
  });

  it('follows anchors and merge keys', () => {
    const text = [
      'error_handling: &common {max_retries: 3, base_delay: 2}',
      'server: {port: &port 9000}',
      'target_proxy: {timeout: {connect: *port, <<: {idle: 7}}}',
    ].join('\n');
    expect(readConfig(text, 'c.yaml', {})).toMatchObject({
      kind: 'valid',
      config: { error_handling: { max_retries: 3 }, target_proxy: { timeout: { connect: 9000, idle: 7 } } },
    });
  });

  it('tells every problem at once, in the order of the file', () => {
    const text = [
      'server: {port: 70000}',
      'eror_handling: {}',
      'error_handling: {max_retries: ten, max_delay: 60s}',
      'target_proxy: {apikey: "${NOPE}"}',
    ].join('\n');
    expect(problemsOf(text)).toEqual([
      'c.yaml:1:16 server.port: 70000 is not a whole number from 0 to 65535',
      'c.yaml:2:1 (warning) eror_handling: is not a key of First Hop and has no effect; did you mean error_handling?',
      'c.yaml:3:31 error_handling.max_retries: "ten" is not a whole number of 0 or more',
      'c.yaml:3:47 error_handling.max_delay: "60s" is not a number of 0 or more',
      'c.yaml:4:24 target_proxy.apikey: the environment variable NOPE is not set; set it, or write $${ for a plain ${',
    ]);
  });

  it('never throws, whatever the text', () => {
    const words = fc.constantFrom(...FRAGMENTS);
    const texts = fc.oneof(
      fc.array(words, { maxLength: 25 }).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const result = readConfig(text, 'c.yaml', { A: '1' });
        const errors = result.problems.filter(({ severity }) => severity === 'error');
        expect(errors.length === 0).toBe(result.kind === 'valid');
        expect(result.problems.map(formatProblem).join()).not.toMatch(
          /undefined is|\[object|ZodError|invalid_/,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    ['server:\n\tport: 1\n', '2:1: a tab is used for indentation; YAML wants spaces'],
    ['server: {port: 1\nx: 2\n', '2:1: the indentation does not fit the lines above'],
    ['server: "x\nport: 1\n', '3:1: a closing quote, bracket, comma or colon is missing here or before'],
    ['a: 1\na: 2\n', '2:1: this key stands twice in the same group; keep one of them'],
    ['a: 1\n---\nb: 2\n', '2:1: a second document begins with ---; put everything into one'],
    ['a: @x\n', '1:4: a text that begins with this character must stand in quotes'],
    [
      'a: "\\d+"\n',
      '1:5: this backslash means nothing in double quotes; use single quotes or double the backslash',
    ],
    [
      'a: b: c\n',
      '1:4: a second "key:" on one line, or a line indented too far; quote text that contains ": "',
    ],
    ['a\nb: c\n', '1:1: this is not of the form "key: value"'],
    [
      'a: """\n',
      '1:6: something stands here that does not belong; check quotes and indentation on this line',
    ],
    ['a: &x &y 1\n', '1:7: is not valid YAML: A node can have at most one anchor'],
    [
      '<<: 5\n',
      ': the aliases in this file cannot be followed: Error: Merge sources must be maps or map aliases',
    ],
  ])('%j: %s', (text, line) => {
    expect(readConfig(text, 'c.yaml', {}).kind).toBe('invalid');
    expect(problemsOf(text)).toEqual([line.startsWith(':') ? `c.yaml${line}` : `c.yaml:${line}`]);
  });

  it('refuses aliases that multiply into masses of data', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level},`.repeat(9)}]`,
    );
    expect(problemsOf(['l0: &l0 [x]', ...levels].join('\n'))).toEqual([
      expect.stringContaining('the aliases in this file cannot be followed'),
    ]);
  });

  it('goes on after a tag it does not know', () => {
    const result = readConfig('server: {host: !mine ::1}', 'c.yaml', {});
    expect(result).toMatchObject({ kind: 'valid', config: { server: { host: '::1' } } });
    expect(result.problems.map(formatProblem)).toEqual([
      'c.yaml:1:16 (warning): a tag beginning with ! is not known and is ignored',
    ]);
  });
});

describe('an unknown key', () => {
  it.each([
    ['retry: {}', 'retry: is not a key of First Hop and has no effect', 'nothing is near'],
    [
      'max_retries: 5',
      'max_retries: is not a key of First Hop and has no effect; did you mean error_handling.max_retries?',
      'it belongs into a section',
    ],
    [
      'enabled: true',
      'enabled: is not a key of First Hop and has no effect',
      'it could belong into several sections',
    ],
    [
      '__proto__: {polluted: true}',
      '__proto__: is not a key of First Hop and has no effect',
      'no name is special',
    ],
    ['toString: 1', 'toString: is not a key of First Hop and has no effect', 'no name is special'],
  ])('%j only warns: %s, because %s', (text, line) => {
    expect(readConfig(text, 'c.yaml', {}).kind).toBe('valid');
    expect(problemsOf(text)).toEqual([`c.yaml:1:1 (warning) ${line}`]);
  });
});

describe('status codes in two lists', () => {
  it.each([
    [
      'retry_codes: [400, 429, 403]',
      'retry_codes: contains 400, 403, which fail_codes (its default) contains too; fail_codes wins',
    ],
    [
      'fail_codes: [418], retry_codes: [418]',
      'retry_codes: contains 418, which fail_codes contains too; fail_codes wins',
    ],
    [
      'conditional_retry_codes: [503]',
      'conditional_retry_codes: contains 503, which retry_codes (its default) contains too; retry_codes wins',
    ],
  ])('{%s} warns: %s', (lists, line) => {
    const [problem] = problemsOf(`error_handling: {${lists}}`);
    expect(problem).toContain(`(warning) error_handling.${line}`);
  });

  it('says nothing when a default gives way to what the user wrote', () => {
    expect(problemsOf('error_handling: {fail_codes: [429]}')).toEqual([]);
  });
});

describe('defaultConfig', () => {
  it('is the configuration without a file', () => {
    expect(defaultConfig({})).toEqual(readConfig('', '', {}));
  });

  it('listens to the environment', () => {
    expect(defaultConfig({ SERVER_PORT: '9000' })).toMatchObject({ config: { server: { port: 9000 } } });
  });
});
