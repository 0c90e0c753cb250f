import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { readConfig } from './load.ts';

describe('a value that does not fit', () => {
  it.each([
    [
      'error_handling: {base_delay: "1"}',
      '1:30 error_handling.base_delay: "1" is not a number of 0 or more; did you mean 1?',
    ],
    [
      'error_handling: {retry_codes: 429}',
      '1:31 error_handling.retry_codes: 429 is not a list, each entry a whole number from 100 to 599; did you mean [429]?',
    ],
    [
      'error_handling: {retry_codes: {}}',
      '1:31 error_handling.retry_codes: a group of keys is not a list, each entry a whole number from 100 to 599',
    ],
    [
      'error_handling: {fail_codes: [400, ~]}',
      '1:36 error_handling.fail_codes[1]: nothing is not a whole number from 100 to 599',
    ],
    [
      'error_handling: {builtin_rules: off}',
      '1:33 error_handling.builtin_rules: "off" is not true or false; did you mean false?',
    ],
    [
      'error_handling: {builtin_rules: "true"}',
      '1:33 error_handling.builtin_rules: "true" is not true or false; did you mean true?',
    ],
    [
      'error_handling: {builtin_rules: perhaps}',
      '1:33 error_handling.builtin_rules: "perhaps" is not true or false',
    ],
    ['error_handling: {builtin_rules: 1}', '1:33 error_handling.builtin_rules: 1 is not true or false'],
    [
      'response_parsing: {json_extraction: {paths: error.message}}',
      '1:45 response_parsing.json_extraction.paths: "error.message" is not a list, each entry text, not empty; did you mean ["error.message"]?',
    ],
    [
      'target_proxy: {timeout: soon}',
      '1:25 target_proxy.timeout: "soon" is not a number above 0, or a group of keys (connect, first_byte, first_content, idle, total)',
    ],
    [
      'target_proxy: {timeout: -1}',
      '1:25 target_proxy.timeout: -1 is not a number above 0, or a group of keys (connect, first_byte, first_content, idle, total)',
    ],
    ['target_proxy: {timeout: {idle: []}}', '1:32 target_proxy.timeout.idle: a list is not a number above 0'],
    ['target_proxy: {headers: yes!}', '1:25 target_proxy.headers: the text there is not a group of keys'],
    ['target_proxy: {headers: {X-A: true}}', '1:31 target_proxy.headers.X-A: a boolean is not text'],
    [
      'target_proxy: {headers: {"X A": x}}',
      '1:26 target_proxy.headers.X A: "X A" is not a header name: letters, digits and hyphens, without spaces or a colon',
    ],
    ['target_proxy: {apikey: {}}', '1:24 target_proxy.apikey: a group of keys is not text'],
    [
      'target_proxy: {url: example.com/v1}',
      '1:21 target_proxy.url: "example.com/v1" is not an address that begins with http:// or https://; did you mean https://example.com/v1?',
    ],
    [
      'target_proxy: {url: "localhost:5001"}',
      '1:21 target_proxy.url: "localhost:5001" is not an address that begins with http:// or https://; did you mean http://localhost:5001?',
    ],
    [
      'target_proxy: {url: 10.0.0.2}',
      '1:21 target_proxy.url: "10.0.0.2" is not an address that begins with http:// or https://; did you mean http://10.0.0.2?',
    ],
    [
      'target_proxy: {url: openai}',
      '1:21 target_proxy.url: "openai" is not an address that begins with http:// or https://',
    ],
    [
      'regex_replacement: {rules: [{pattern: "", flags: gi}]}',
      '1:39 regex_replacement.rules[0].pattern: "" is not text, not empty',
    ],
    [
      'regex_replacement: {rules: [{pattern: a, flags: gi}]}',
      '1:49 regex_replacement.rules[0].flags: "gi" is not made of the letters i, m, s and x, such as "im"',
    ],
    [
      'regex_replacement: {rules: [{pattern: a, apply_to: User}]}',
      '1:52 regex_replacement.rules[0].apply_to: "User" is not one of all, user, assistant, system, tool, developer; did you mean user?',
    ],
    [
      'regex_replacement: {rules: [{}]}',
      '1:29 regex_replacement.rules[0].pattern: is missing; it must be text, not empty',
    ],
    [
      'error_handling: {hard_stop_conditions: {rules: [{pattern: "a("}]}}',
      '1:59 error_handling.hard_stop_conditions.rules[0].pattern: "a(" is not a valid regular expression: this ( is never closed; write \\( for the character (character 2)',
    ],
    [
      'server: {cors_origins: ["*"]}',
      '1:25 server.cors_origins[0]: "*" is not an origin such as https://example.com, without a path',
    ],
    ['error_handling: {max_retries: *no}', '1:31: *no refers to an anchor &no that does not stand above'],
    [
      'x: &a ten\nerror_handling: {max_retries: *a}',
      '2:31 error_handling.max_retries: "ten" is not a whole number of 0 or more',
    ],
    [
      'x: &a {max_retries: ten}\nerror_handling: {<<: *a}',
      '1:21 error_handling.max_retries: "ten" is not a whole number of 0 or more',
    ],
    [
      'x: &a {port: ten}\ny: &b {}\nserver: {<<: [*b, *a]}',
      '1:14 server.port: "ten" is not a whole number from 0 to 65535',
    ],
    ['server: {host: [sk-aaaaaaaaaaaaaaaa]}', '1:16 server.host: a list is not text, not empty'],
    [
      'error_handling: {max_retries: sk-aaaaaaaaaaaaaaaacdef}',
      '1:31 error_handling.max_retries: "sk-…cdef" is not a whole number of 0 or more',
    ],
    [
      `server: {port: ${'long '.repeat(30)}}`,
      `1:16 server.port: "${'long '.repeat(12)}…" is not a whole number from 0 to 65535`,
    ],
    [
      '- a list',
      '1:1: a list is not a group of keys (target_proxy, error_handling, response_parsing, streaming, regex_replacement …)',
    ],
    [
      'target_proxy',
      '1:1: "target_proxy" is not a group of keys (target_proxy, error_handling, response_parsing, streaming, regex_replacement …)',
    ],
  ])('%j: %s', (text, line) => {
    const errors = readConfig(text, 'c.yaml', {}).problems.filter(({ severity }) => severity === 'error');
    expect(errors.map(formatProblem)).toContain(`c.yaml:${line}`);
  });
});
