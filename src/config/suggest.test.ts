import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './suggest.ts';

describe('nearest', () => {
  it.each<[word: string, expected: string | undefined, why: string]>([
    ['max_retrys', 'max_retries', 'two letters off in a long word'],
    ['MAX_RETRIES', 'max_retries', 'only the case differs'],
    ['bsae_delay', 'base_delay', 'neighbours swapped'],
    ['url', 'url', 'the word itself'],
    ['urls', 'url', 'one letter too many'],
    ['models', undefined, 'another word altogether'],
    ['', undefined, 'nothing is near to nothing'],
  ])('of %j is %j: %s', (word, expected) => {
    expect(nearest(word, ['max_retries', 'base_delay', 'url'])).toBe(expected);
  });

  it('has no answer without candidates', () => {
    expect(nearest('a', [])).toBeUndefined();
  });
});

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3, 'three insertions'],
    ['abc', '', 3, 'three deletions'],
    ['abc', 'axc', 1, 'one substitution'],
    ['abcd', 'abdc', 1, 'one swap'],
    ['ca', 'abc', 3, 'a swap cannot be edited further'],
  ])('from %j to %j is %i: %s', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways, and zero only for equal words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (from, to) => {
        expect(editDistance(from, to)).toBe(editDistance(to, from));
        expect(editDistance(from, to) === 0).toBe(from === to);
      }),
    );
  });
});
