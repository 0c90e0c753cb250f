// Configurations of the Python program that First Hop follows: they must go on working as they are.
import { describe, expect, it } from 'vitest';
import { formatProblem } from './explain.ts';
import { readConfig } from './load.ts';

/** The format as it was specified, word for word. */
const SPECIFIED = `target_proxy:
  url: "https://target-proxy.example.com"
  timeout: 30

regex_replacement:
  enabled: true
  rules:
    - pattern: "hello"
      replacement: "hi"
      flags: "i"
      apply_to: "user"

response_parsing:
  enabled: true
  status_recategorization:
    enabled: true
    rules:
      - pattern: "The model is overloaded"
        original_status: 200
        new_status: 429
        description: "Recategorize Google AI overload errors"

error_handling:
  retry_codes: [429, 502, 503, 504]
  fail_codes: [400, 401, 403]
  conditional_retry_codes: [404, 411, 412]
  max_retries: 10
  base_delay: 1
  max_delay: 60
  conditional_retry_enabled: true
  conditional_retry_max_attempts: 2
  conditional_retry_delay_multiplier: 0.5
  hard_stop_conditions:
    enabled: true
    rules:
      - pattern: "specific_error_pattern"
        description: "Hard stop condition"
        user_message: "User-friendly error message"
`;

/** Every key of the older example configuration, with values of the kinds that stand there. */
const OLDER_EXAMPLE = `target_proxy:
  url: "https://your-remote-proxy.com/chat/completions"
  headers:
    Authorization: "Bearer your-api-key-here"
  timeout: 30

regex_replacement:
  enabled: true
  rules:
    # Dashes: — and – → \\u2014 and \\u2013
    - pattern: "—"
      replacement: "\\\\\\\\u2014"
      flags: ""
      apply_to: "user"
      description: "Convert em dash → Unicode escape (double backslash)"

response_processing:
  enabled: true
  rules:
    - pattern: |-
        â€"
      replacement: "—"
      flags: ""
      description: "Fix literal display of malformed em dash (503 → 429)"
    - pattern: '(?P<quote>["])(?P=quote)'

response_parsing:
  enabled: true
  status_recategorization:
    enabled: true
    rules:
      - pattern: "model.*capacity"
        original_status: 200
        new_status: 429
        description: "Recategorize model capacity errors (200 → 429)"
  json_extraction:
    enabled: true
    paths:
      - "error.message"
      - "proxy_note"
      - "choices[0].message.content"
  logging:
    enabled: true
    log_recategorization: true
    include_original_status: true
    include_new_status: true
    include_matched_pattern: true

error_handling:
  retry_codes: [429, 502, 503, 504, 408, 423]
  fail_codes: [400, 401, 403, 411]
  conditional_retry_codes: [404, 411, 412, 423]
  max_retries: 10
  base_delay: 1
  max_delay: 60
  conditional_retry_enabled: true
  conditional_retry_max_attempts: 2
  conditional_retry_delay_multiplier: 0.5
  hard_stop_conditions:
    enabled: true
    rules:
      - pattern: "BlockingResponseHandler.*Cannot read properties of undefined"
        description: "The server behind fails on this message"
        user_message: "Please rephrase your message."
        preserve_original_response: true
        add_user_message: true

server:
  host: "0.0.0.0"
  port: 8765
  debug: false

logging:
  enabled: true
  folder: "logs"
  include_request_data: true
  include_response_data: true
  include_headers: true
  include_timing: true

error_logging:
  enabled: true
  folder: "logs/errors"
  include_stack_traces: true
  include_request_context: true
  include_timing: true
  max_file_size_mb: 10
  max_files: 100
`;

describe('older configurations', () => {
  it('are accepted as they were specified', () => {
    const result = readConfig(SPECIFIED, 'config.yaml', {});
    expect(result).toMatchObject({
      kind: 'valid',
      problems: [],
      config: {
        target_proxy: { url: 'https://target-proxy.example.com', timeout: 30 },
        error_handling: { retry_codes: [429, 502, 503, 504], max_retries: 10, max_elapsed: 600 },
        regex_replacement: { rules: [{ pattern: 'hello', replacement: 'hi', flags: 'i', apply_to: 'user' }] },
      },
    });
  });

  it('warn only about the key that has no effect any more and the codes that never had', () => {
    const result = readConfig(OLDER_EXAMPLE, 'config.yaml', {});
    expect(result.kind).toBe('valid');
    expect(result.problems.map(formatProblem)).toEqual([
      'config.yaml:52:28 (warning) error_handling.conditional_retry_codes: contains 411, which fail_codes contains too; fail_codes wins',
      'config.yaml:52:28 (warning) error_handling.conditional_retry_codes: contains 423, which retry_codes contains too; retry_codes wins',
      'config.yaml:71:3 (warning) server.debug: is not a key of First Hop and has no effect',
    ]);
  });
});
