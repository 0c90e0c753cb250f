import { describe, expect, it } from 'vitest';
import { readConfig } from '../config/load.ts';
import { formatProblem } from '../config/explain.ts';
import { openRewriting } from './rewriting.ts';
import { regexReplacementSchema, responseProcessingSchema } from './options.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';

function problemsOf(yaml: string): readonly string[] {
  return readConfig(yaml, 'c.yaml', {}).problems.map(formatProblem);
}

describe('what can not be used is refused at its place', () => {
  it.each<[string, RegExp]>([
    [
      'regex_replacement: {rules: [{pattern: "a(b"}]}',
      /^c\.yaml:1:39 regex_replacement\.rules\[0\]\.pattern: "a\(b" is not a pattern that can be used: .*, at character 2$/,
    ],
    [
      "response_processing: {rules: [{pattern: a, replacement: '\\2'}]}",
      /^c\.yaml:1:57 response_processing\.rules\[0\]\.replacement: "\\\\2" is not a replacement that can be used: .*, at character 1$/,
    ],
    [
      'response_processing: {presets: [fix-mojibak]}',
      /^c\.yaml:1:33 response_processing\.presets\[0\]: "fix-mojibak" is not one of .*; did you mean fix-mojibake\?$/,
    ],
    [
      'response_processing: {rules: [{pattern: a, apply_to: user}]}',
      /"user" is not one of reply, reasoning, all$/,
    ],
  ])('%s', (yaml, expected) => {
    expect(problemsOf(yaml)).toEqual([expect.stringMatching(expected)]);
  });
});

it('nothing is looked into where nothing is on', async () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const options = {
    regex_replacement: regexReplacementSchema.parse({ rules: [{ pattern: 'a', enabled: false }] }),
    response_processing: responseProcessingSchema.parse({ enabled: false, presets: ['fix-mojibake'] }),
  };
  const parts = { clock: new FakeClock(), log, workerFile: REWRITE_WORKER };
  const rewriting = openRewriting(options, parts);
  expect(rewriting).toMatchObject({
    requests: undefined,
    replies: undefined,
    counts: { requests: 0, replies: 0 },
  });
  await rewriting.close();
  // The configuration is checked before; what gets past that is a mistake of ours.
  options.regex_replacement = {
    enabled: true,
    presets: [],
    rules: [{ pattern: '(', flags: '', replacement: '', apply_to: 'all', enabled: true }],
  };
  expect(() => openRewriting(options, parts)).toThrow(/^\(: /);
});
