import { describe, expect, it } from 'vitest';
import type { RewritingOptions } from './options.ts';
import { regexReplacementSchema, responseProcessingSchema } from './options.ts';
import { appliesTo, replyRules, requestRules } from './rules.ts';
import { applyStep, isHarmless } from './step.ts';

function options(requests: object, replies: object = {}): RewritingOptions {
  return {
    regex_replacement: regexReplacementSchema.parse(requests),
    response_processing: responseProcessingSchema.parse(replies),
  };
}

const SECTION = {
  presets: ['straight-quotes', 'fix-mojibake'],
  rules: [
    { pattern: 'a', replacement: 'b' },
    { pattern: 'off', enabled: false },
    { pattern: 'A', replacement: 'c', flags: 'i', description: 'no letters' },
  ],
};

describe('the rules of a configuration', () => {
  it('are its presets and then its own, those that are on, by name', () => {
    const names = (section: string): string[] => [
      ...['straight-quotes', 'straight-quotes', 'fix-mojibake', 'fix-mojibake'].map(
        (name) => `the preset ${name}`,
      ),
      `${section}.rules[0]`,
      `${section}.rules[2] (no letters)`,
    ];
    const both = options(SECTION, SECTION);
    expect(requestRules(both).map(({ name }) => name)).toEqual(names('regex_replacement'));
    expect(replyRules(both).map(({ name }) => name)).toEqual(names('response_processing'));
  });

  it('are for all messages, or for what a reply says, unless they say otherwise', () => {
    const own = [{ pattern: 'a' }];
    const requests = options({
      presets: ['plain-ellipses'],
      rules: [...own, { pattern: 'a', apply_to: 'user' }],
    });
    expect(requestRules(requests).map((rule) => rule.appliesTo)).toEqual(['all', 'all', 'user']);
    const replies = options(
      {},
      { presets: ['plain-ellipses'], rules: [...own, { pattern: 'a', apply_to: 'all' }] },
    );
    expect(replyRules(replies).map((rule) => rule.appliesTo)).toEqual(['reply', 'reply', 'all']);
  });

  it('are none where their section is switched off', () => {
    const off = options({ ...SECTION, enabled: false }, SECTION);
    expect([requestRules(off).length, replyRules(off).length]).toEqual([0, 6]);
  });

  it('do what they say', () => {
    const rules = requestRules(options(SECTION));
    expect(rules.reduce((text, { step }) => applyStep(step, text), '“aA” itâ€™s')).toBe('"bc" it’s');
  });

  it('can not be made of a pattern that the configuration was not checked for', () => {
    const { regex_replacement: section, ...rest } = options({ rules: [{ pattern: 'a' }] });
    const [rule] = section.rules;
    if (rule === undefined) throw new Error('there is one');
    const rules = [{ ...rule, pattern: '(' }];
    expect(() => requestRules({ ...rest, regex_replacement: { ...section, rules } })).toThrow(
      /^\(: this \( is never closed/,
    );
  });
});

it('those of presets never need watching', () => {
  const rules = requestRules(
    options({ presets: ['trim-trailing-spaces', 'collapse-blank-lines', 'remove-thinking'] }),
  );
  expect(rules.map(({ step }) => isHarmless(step))).toEqual([true, true, true]);
});

it.each<[appliesTo: string, kind: string, fits: boolean, why: string]>([
  ['all', 'user', true, 'any kind'],
  ['user', 'user', true, 'its kind'],
  ['user', 'assistant', false, 'another kind'],
  ['reply', 'all', false, 'all is no kind of text'],
])('a rule for %s fits %s texts: %s; it is %s', (meantFor, kind, fits) => {
  const [rule] = requestRules(options({ rules: [{ pattern: 'a' }] }));
  if (rule === undefined) throw new Error('there is one');
  expect(appliesTo({ ...rule, appliesTo: meantFor }, kind)).toBe(fits);
  expect(appliesTo(undefined, kind)).toBe(false);
});
