import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { readConfig } from './load.ts';

describe('${NAME}', () => {
  it.each<[line: string, server: object, why: string]>([
    ['host: ${HOST}', { host: '::1' }, 'a whole value'],
    ['host: x-${HOST}-${PORT}', { host: 'x-::1-9000' }, 'several within a text'],
    ['port: ${PORT}', { port: 9000 }, 'a number where one belongs'],
    ['port: "${PORT}"', { port: 9000 }, 'quoted, as editors like it'],
    ['host: ${PORT}', { host: '9000' }, 'text where text belongs'],
    ['host: $${HOST}', { host: '${HOST}' }, 'escaped'],
    ['host: $HOST', { host: '$HOST' }, 'a dollar alone is a dollar'],
    ['host: a ${HOST b', { host: 'a ${HOST b' }, 'never closed: left as it is'],
    ['host: ${}', { host: '${}' }, 'no name: left as it is'],
  ])('%j gives %j: %s', (line, server) => {
    const result = readConfig(`server:\n  ${line}\n`, 'c.yaml', { HOST: '::1', PORT: '9000' });
    expect(result).toMatchObject({ kind: 'valid', config: { server } });
  });

  it('stands for a truth value where one belongs', () => {
    const result = readConfig('error_handling: {builtin_rules: "${ON}"}', 'c.yaml', { ON: 'false' });
    expect(result).toMatchObject({ config: { error_handling: { builtin_rules: false } } });
  });

  it.each([
    [
      'server: {host: "a${NOPE}b${NO}"}',
      [
        'server.host: the environment variable NOPE is not set; set it, or write $${ for a plain ${',
        'server.host: the environment variable NO is not set; set it, or write $${ for a plain ${',
      ],
    ],
    [
      'server: {port: "${NOPE}"}',
      ['server.port: the environment variable NOPE is not set; set it, or write $${ for a plain ${'],
    ],
    [
      'server: {port: "${SECRET}"}',
      ['server.port: the value of ${SECRET} is not a whole number from 0 to 65535'],
    ],
    [
      'server: {port: &p "${SECRET}", max_request_mb: *p}',
      [
        'server.port: the value of ${SECRET} is not a whole number from 0 to 65535',
        'server.max_request_mb: the value of ${SECRET} is not a number above 0',
      ],
    ],
    [
      'server: {host: "${HOST:-x}"}',
      [
        '(warning) server.host: contains ${ but no variable name after it; write ${NAME}, or $${ for a plain ${',
      ],
    ],
  ])('%j: %j', (text, expected) => {
    const lines = readConfig(text, 'c.yaml', { SECRET: 'hush' }).problems.map(formatProblem);
    expect(lines.map((line) => line.replace(/^c\.yaml:1:\d+ /, ''))).toEqual(expected);
  });
});

describe('overriding variables', () => {
  it('set their keys, whatever the file says', () => {
    const text = 'target_proxy: {url: "http://file", timeout: {idle: 5}, apikey: k}\nserver:\n';
    const env = {
      PROXY_TARGET_URL: 'http://first',
      TARGET_PROXY_URL: 'http://second',
      PROXY_TIMEOUT: ' 2.5 ',
      ERROR_MAX_RETRIES: '0',
      SERVER_PORT: '1',
    };
    expect(readConfig(text, 'c.yaml', env)).toMatchObject({
      kind: 'valid',
      config: {
        target_proxy: { url: 'http://first', timeout: 2.5, apikey: 'k' },
        error_handling: { max_retries: 0 },
        server: { port: 1 },
      },
    });
  });

  it('know the other name of the address', () => {
    const result = readConfig('', 'c.yaml', { TARGET_PROXY_URL: 'http://second', PROXY_TARGET_URL: '' });
    expect(result).toMatchObject({ config: { target_proxy: { url: 'http://second' } } });
  });

  it.each([
    [
      { PROXY_TIMEOUT: 'abc' },
      'environment variable PROXY_TIMEOUT target_proxy.timeout: "abc" is not a number above 0',
    ],
    [
      { SERVER_PORT: '70000' },
      'environment variable SERVER_PORT server.port: 70000 is not a whole number from',
    ],
    [
      { SERVER_PORT: '1e3' },
      'environment variable SERVER_PORT server.port: "1e3" is not a whole number from',
    ],
    [
      { PROXY_TARGET_URL: 'x.org' },
      'environment variable PROXY_TARGET_URL target_proxy.url: "x.org" is not an address',
    ],
  ])('%j is refused by its name', (env, words) => {
    const text = 'target_proxy: {url: "${A}", timeout: "${A}"}\nserver: {port: "${A}"}';
    const result = readConfig(text, 'c.yaml', { A: '5', PROXY_TARGET_URL: 'http://x', ...env });
    expect(result.kind).toBe('invalid');
    expect(result.problems.map(formatProblem)).toEqual([expect.stringContaining(words)]);
  });

  it.each(['server: 5', '- a'])('leave a file of the wrong form to be reported: %j', (text) => {
    const { problems } = readConfig(text, 'c.yaml', { SERVER_PORT: '1' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ file: 'c.yaml', line: 1 });
  });
});
