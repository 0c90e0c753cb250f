import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patternOf } from '../dashboard/suggestions.ts';
import { maskedWords, textGroups } from './templates.ts';

it.each<[string, readonly string[], readonly (readonly [string, number])[]]>([
  ['that are the same', ['a b c', 'a b c'], [['a b c', 2]]],
  ['that differ in a number', ['try in 5s', 'try in 17s'], [['try in <*>', 2]]],
  [
    'that differ in one word behind the beginning',
    ['the model gpt is gone', 'the model llama is gone'],
    [['the model <*> is gone', 2]],
  ],
  [
    'that differ in most words',
    ['the model a b c d', 'the model e f g h'],
    [
      ['the model a b c d', 1],
      ['the model e f g h', 1],
    ],
  ],
  [
    'that begin otherwise',
    ['one b c d', 'two b c d'],
    [
      ['one b c d', 1],
      ['two b c d', 1],
    ],
  ],
  [
    'of other lengths',
    ['a b c', 'a b c d'],
    [
      ['a b c', 1],
      ['a b c d', 1],
    ],
  ],
  [
    'with an address, an id, a hash',
    ['at https://a.example/x1 req_8f deadbeefcafe', 'at https://b.example y2 beefdeadcafe'],
    [['at <*> <*> <*>', 2]],
  ],
])('groups texts %s', (_what, texts, groups) => {
  const all = textGroups();
  const found = new Set(texts.map((text) => all.add(text)));
  expect([...found].map(({ words, count }) => [words.join(' '), count])).toEqual(groups);
});

it('joins the group that is most alike', () => {
  const groups = textGroups();
  groups.add('a b c d e f g h');
  const closer = groups.add('a b x y z w g h');
  expect(groups.add('a b x y z f g h')).toBe(closer);
});

it('tells many beginnings apart, but not any number', () => {
  const groups = textGroups();
  const letters = 'abcdefghijklmnopqrstuvwxyz'.split('');
  const words = letters.flatMap((one) => letters.map((two) => one + two));
  const found = new Set(words.map((word) => groups.add(`${word} is odd here`)));
  expect(found.size).toBeGreaterThan(190);
  expect(found.size).toBeLessThanOrEqual(202);
});

it('suggests a pattern that matches every text of its kind', () => {
  const word = fc.stringMatching(/^[\x21-\x7e]{1,12}$/);
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 20 }),
      fc.array(word, { minLength: 20, maxLength: 20 }),
      (one, other) => {
        const groups = textGroups();
        const texts = [one, one.map((text, index) => (index % 3 === 2 ? (other[index] ?? '') : text))].map(
          (words) => words.join(' '),
        );
        for (const text of texts) {
          const { words } = groups.add(text);
          expect(text).toMatch(new RegExp(patternOf(words), 'i'));
        }
      },
    ),
  );
});

it('has a word for a text without words', () => {
  expect(maskedWords('')).toEqual(['']);
  expect(patternOf(['<*>', '<*>'])).toBe(String.raw`\S{1,200}`);
});
