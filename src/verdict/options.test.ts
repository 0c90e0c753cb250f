import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { responseParsingSchema, verdictErrorHandlingShape } from './options.ts';

const errorHandlingSchema = z.object(verdictErrorHandlingShape);

/** Where a schema objects, and to what. */
function objections(schema: z.ZodType, value: unknown): string[] {
  const result = schema.safeParse(value);
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('what users may not say', () => {
  it.each<[object, RegExp, string]>([
    [
      { hard_stop_conditions: { rules: [{ pattern: 'fine' }, { pattern: 'quota(' }] } },
      /^hard_stop_conditions\.rules\.1\.pattern: a valid regular expression: this \( is never closed; write \\\( for the character \(character \d+\)$/,
      'a pattern that does not compile',
    ],
    [{ hard_stop_conditions: { rules: [{ pattern: '' }] } }, /rules\.0\.pattern/, 'one that matches all'],
    [{ retry_codes: [429, 600] }, /^retry_codes\.1: /, 'a status that does not exist'],
    [{ fail_codes: [99] }, /^fail_codes\.0: /, 'nor this one'],
    [{ conditional_retry_codes: [404.5] }, /^conditional_retry_codes\.0: /, 'nor a part of one'],
  ])('error_handling %j (%#)', (value, objection) => {
    expect(objections(errorHandlingSchema, value)).toEqual([expect.stringMatching(objection)]);
  });

  it.each<[object, RegExp, string]>([
    [
      { json_extraction: { paths: ['error.message', '$.errors[?@.code=429]'] } },
      /^json_extraction\.paths\.1: a JSONPath query \(RFC 9535\): expected , or \] at character 17, not "=429\]"$/,
      'a filter',
    ],
    [{ json_extraction: { paths: [''] } }, /^json_extraction\.paths\.0: /, 'an empty path'],
    [
      { status_recategorization: { rules: [{ pattern: '[', new_status: 500 }] } },
      /^status_recategorization\.rules\.0\.pattern: a valid regular expression: /,
      'a pattern that does not compile',
    ],
    [
      { status_recategorization: { rules: [{ pattern: 'x', new_status: 199 }] } },
      /^status_recategorization\.rules\.0\.new_status: /,
      'no status of an answer',
    ],
    [
      { status_recategorization: { rules: [{ pattern: 'x', original_status: 600, new_status: 500 }] } },
      /^status_recategorization\.rules\.0\.original_status: /,
      'no status at all',
    ],
  ])('response_parsing %j (%#)', (value, objection) => {
    expect(objections(responseParsingSchema, value)).toEqual([expect.stringMatching(objection)]);
  });

  it('all statuses there are, may be named', () => {
    expect(objections(errorHandlingSchema, { retry_codes: [100, 599] })).toEqual([]);
    const rules = [{ pattern: 'x', original_status: 100, new_status: 200 }];
    expect(objections(responseParsingSchema, { status_recategorization: { rules } })).toEqual([]);
  });
});
