import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { responseParsingSchema, verdictErrorHandlingShape } from './options.ts';
import { compileRules } from './rules.ts';
import type { Rules } from './rules.ts';

const errorHandlingSchema = z.object(verdictErrorHandlingShape);

function compile(errorHandling: object, responseParsing: object): Rules {
  return compileRules(errorHandlingSchema.parse(errorHandling), responseParsingSchema.parse(responseParsing));
}

const hard_stop_conditions = { rules: [{ pattern: 'quota', description: 'No money', user_message: 'Pay.' }] };
const status_recategorization = {
  rules: [{ pattern: '(?i)overloaded', original_status: 200, new_status: 429 }],
};
const json_extraction = { paths: ['error.message', 'choices[0].text'] };

describe('rules of a configuration', () => {
  it('are compiled, looked for anywhere and in any case', () => {
    const rules = compile({ hard_stop_conditions }, { status_recategorization, json_extraction });
    expect(rules.hardStops).toEqual([
      {
        expression: /quota/i,
        pattern: 'quota',
        description: 'No money',
        userMessage: 'Pay.',
        showsOriginal: true,
      },
    ]);
    expect(rules.recategorisations).toEqual([
      {
        expression: /overloaded/i,
        pattern: '(?i)overloaded',
        description: '',
        originalStatus: 200,
        newStatus: 429,
      },
    ]);
    expect(rules.paths).toEqual([
      ['error', 'message'],
      ['choices', '0', 'text'],
    ]);
    expect(rules.builtin).toBe(true);
  });

  it('of no configuration are the status lists alone', () => {
    const rules = compile({}, {});
    expect(rules).toMatchObject({ hardStops: [], recategorisations: [], paths: [] });
    expect([...rules.failCodes]).toEqual([400, 401, 403]);
    expect([...rules.retryCodes]).toContain(529);
    expect([...rules.conditionalCodes]).toEqual([404, 411, 412]);
  });

  it.each<[object, object, object, string]>([
    [
      { hard_stop_conditions: { ...hard_stop_conditions, enabled: false } },
      {},
      { hardStops: [] },
      'hard stops off',
    ],
    [{ conditional_retry_enabled: false }, {}, { conditionalCodes: new Set() }, 'conditional retries off'],
    [{ builtin_rules: false }, {}, { builtin: false }, 'our own knowledge off'],
    [
      {},
      { status_recategorization: { ...status_recategorization, enabled: false } },
      { recategorisations: [] },
      'recategorisation off',
    ],
    [{}, { json_extraction: { ...json_extraction, enabled: false } }, { paths: [] }, 'paths off'],
    [
      {},
      { enabled: false, status_recategorization, json_extraction },
      { recategorisations: [], paths: [] },
      'all of response_parsing off',
    ],
  ])('are left out where they are switched off: %j %j', (errorHandling, responseParsing, expected) => {
    expect(compile(errorHandling, responseParsing)).toMatchObject(expected);
  });

  it.each<[object, object, string]>([
    [
      { add_user_message: false },
      { userMessage: undefined, showsOriginal: true },
      "the upstream's message stays",
    ],
    [
      { preserve_original_response: false },
      { userMessage: 'Pay.', showsOriginal: false },
      'its answer is hidden',
    ],
  ])('say what a client may see: %j', (option, expected) => {
    const rule = { pattern: 'quota', user_message: 'Pay.', ...option };
    expect(compile({ hard_stop_conditions: { rules: [rule] } }, {}).hardStops[0]).toMatchObject(expected);
  });

  it('do not compile from a pattern that the schema refuses', () => {
    const options = errorHandlingSchema.parse({ hard_stop_conditions });
    const rules = [{ pattern: '(', preserve_original_response: true, add_user_message: true }];
    const unchecked = { ...options, hard_stop_conditions: { enabled: true, rules } };
    expect(() => compileRules(unchecked, responseParsingSchema.parse({}))).toThrow(/^\( /);
  });
});
