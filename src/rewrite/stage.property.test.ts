// For any pattern, text and chunking, a stage gives what replacing in the whole text gives.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTextRule, replaceAll } from './pattern.ts';
import type { TextRule } from './pattern.ts';
import { STAGE_START, stageStep } from './stage.ts';

const atom = fc.constantFrom(
  'a',
  'b',
  'ab',
  'bc',
  '.',
  '\\w',
  '\\s',
  '\\S',
  '[ab]',
  '[^a]',
  '\\n',
  ' ',
  '😀',
  '—',
  'c',
);
const place = fc.constantFrom('^', '$', '\\b', '\\B', '\\A', '\\Z', '(?m:^)', '(?m:$)', '(?s:.)');
const quantifier = fc.constantFrom(
  '?',
  '*',
  '+',
  '??',
  '*?',
  '+?',
  '{2}',
  '{2,}',
  '{,2}',
  '{1,3}?',
  '*+',
  '?+',
  '{2}+',
);
const group = fc.constantFrom('(?:', '(', '(?=', '(?!', '(?>', '(?i:');

/** Patterns of a small grammar; references go to groups that may not be there, which makes the pattern invalid. */
const { pattern } = fc.letrec<{ pattern: string; sequence: string; item: string }>((tie) => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('|')),
  sequence: fc.array(tie('item'), { minLength: 1, maxLength: 4 }).map((items) => items.join('')),
  item: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: atom, weight: 6 },
    { arbitrary: place, weight: 2 },
    { arbitrary: fc.tuple(atom, quantifier).map(([body, sign]) => body + sign), weight: 4 },
    {
      arbitrary: fc.constantFrom(
        '\\1',
        '(?<=a)',
        '(?<!b)',
        '(?<=\\ba)',
        '(?<=a|bc)',
        '(?<!^a)',
        '(?<![^a]b)',
      ),
      weight: 2,
    },
    { arbitrary: fc.tuple(group, tie('pattern')).map(([open, body]) => `${open}${body})`), weight: 3 },
    {
      arbitrary: fc
        .tuple(group, tie('pattern'), quantifier)
        .map(([open, body, sign]) => `${open}${body})${sign}`),
      weight: 3,
    },
  ),
}));

const texts = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'c', ' ', '\n', '😀', '—', 'B', '\ud83d'), { maxLength: 24 })
  .map((parts) => parts.join(''));

const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

function ruleOf(source: string, flags = ''): TextRule | undefined {
  const compiled = compileTextRule({ pattern: source, flags, replacement: '<\\g<0>>' });
  return compiled.kind === 'valid' ? compiled.rule : undefined;
}

/** Everything a stage passes on, for a text cut into pieces of these lengths, over and over. */
function staged(rule: TextRule, text: string, lengths: readonly number[]): string {
  let state = STAGE_START;
  let passed = '';
  let at = 0;
  for (let piece = 0; at < text.length; piece += 1) {
    const length = lengths[piece % lengths.length] ?? 1;
    const step = stageStep(rule, state, text.slice(at, at + length), false);
    // What is plain data survives being posted.
    state = structuredClone(step.state);
    passed += step.text;
    at += length;
  }
  return passed + stageStep(rule, state, '', true).text;
}

describe('a stage', () => {
  it('gives what replacing in the whole text gives', () => {
    fc.assert(
      fc.property(pattern, texts, lengths, (source, text, pieces) => {
        const rule = ruleOf(source);
        if (rule !== undefined) expect(staged(rule, text, pieces)).toBe(replaceAll(rule, text));
      }),
      { numRuns: 400 },
    );
  });

  it('leaves a text alone in which nothing matches, and holds nothing that can not match', () => {
    const rule = ruleOf('â(?:€|„)\\w+');
    fc.assert(
      fc.property(texts, lengths, (text, pieces) => {
        if (rule === undefined) throw new Error('the rule is valid');
        expect(staged(rule, text, pieces)).toBe(text);
        expect(stageStep(rule, STAGE_START, `${text}.`, false).text).toBe(`${text}.`);
      }),
    );
  });
});
