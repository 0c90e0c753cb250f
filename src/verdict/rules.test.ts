import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { BUILTIN_RULES } from './builtin-rules.ts';
import { pathOf } from './json-path.ts';
import { responseParsingSchema, verdictErrorHandlingShape } from './options.ts';
import { compileRules, firstMatch } from './rules.ts';
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
        search: { isIn: expect.any(Function) },
        pattern: 'quota',
        description: 'No money',
        statuses: undefined,
        userMessage: 'Pay.',
        showsOriginal: true,
      },
    ]);
    expect(rules.recategorisations).toEqual([
      {
        search: { isIn: expect.any(Function) },
        pattern: '(?i)overloaded',
        description: '',
        statuses: new Set([200]),
        newStatus: 429,
      },
    ]);
    expect(rules.paths).toEqual(json_extraction.paths.map(pathOf));
    expect(rules.builtin.map(({ id, effect, pattern }) => ({ id, effect, pattern }))).toEqual(
      BUILTIN_RULES.map(({ id, effect, pattern }) => ({ id, effect, pattern })),
    );
    expect(rules.builtin.find(({ id }) => id === 'overloaded')).toMatchObject({
      statuses: new Set([429, 500, 503, 529]),
      description: 'Too many customers at once, by whatever status.',
    });
    expect(rules.builtin.find(({ id }) => id === 'mistral-capacity')?.statuses).toBeUndefined();
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
    [{ builtin_rules: false }, {}, { builtin: [] }, 'our own knowledge off'],
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
    expect(() => compileRules(unchecked, responseParsingSchema.parse({}))).toThrow(/^\(: /);
  });
});

describe('the first rule that applies', () => {
  const rule = (
    expression: RegExp,
    statuses?: readonly number[],
  ): Parameters<typeof firstMatch>[0][number] => ({
    search: { isIn: (text) => expression.test(text) },
    pattern: expression.source,
    description: '',
    statuses: statuses === undefined ? undefined : new Set(statuses),
  });
  const [busy, broken, anything] = [rule(/busy/, [503]), rule(/broken/), rule(/./, [429, 200])];
  const rules = [busy, broken, anything];

  it.each<[readonly string[], number | undefined, object | undefined, string]>([
    [['busy'], 503, busy, 'status and pattern'],
    [['busy'], 500, undefined, 'another status'],
    [['busy'], undefined, undefined, 'no status at all'],
    [['broken'], undefined, broken, 'a rule for every failure'],
    [['quiet', 'broken'], 429, broken, 'in any of the texts; the first rule wins'],
    [['quiet'], 200, anything, 'any of its statuses'],
    [[], 200, undefined, 'nothing was said'],
  ])('%j with status %s (row %#)', (texts, status, expected) => {
    expect(firstMatch(rules, texts, status)).toBe(expected);
  });
});
