import { describe, expect, it } from 'vitest';
import { canBeEmpty, contextChars, forgottenChars, longestChars, prefersEmpty } from './measure.ts';
import { parsePattern } from './parse.ts';
import type { Node } from './tree.ts';

function body(pattern: string): Node {
  return parsePattern(pattern, '').body;
}

describe('the longest match', () => {
  it.each<[pattern: string, chars: number, why: string]>([
    ['', 0, 'nothing'],
    ['abc', 3, 'characters'],
    ['\uffff', 1, 'the last character of one unit'],
    ['😀', 2, 'a character of two units'],
    ['[a-z]', 1, 'a set of short ones'],
    ['[a\uffff]', 1, 'the last short one in a set'],
    ['[a😀]', 2, 'a set with a long one, wherever it stands'],
    ['[😀a]', 2, 'the other way round'],
    ['[a-\u{10000}]', 2, 'a range into the long ones'],
    ['[^a]', 2, 'what is not in a set may be long'],
    ['\\w', 2, 'so may a letter'],
    ['[a\\w]', 2, 'among others'],
    ['a|bcd|ef', 3, 'the longest alternative'],
    ['(?:ab){2,3}', 6, 'all rounds'],
    ['a{0}', 0, 'no round'],
    ['(?:a*){0}', 0, 'no round of any length'],
    ['a*', Infinity, 'no limit'],
    ['(?:\\b)*', 0, 'nothing, however often'],
    ['(ab)(?>c)(?:d)', 4, 'groups'],
    ['(ab)c\\1', 5, 'a reference'],
    ['a(?=bc)(?<!de)$', 1, 'what looks around takes nothing'],
  ])('of %j has %d units: %s', (pattern, chars) => {
    expect(longestChars(body(pattern))).toBe(chars);
  });
});

describe('without taking a character', () => {
  it.each<[pattern: string, isPossible: boolean, why: string]>([
    ['', true, 'nothing is asked for'],
    ['a', false, 'a character'],
    ['[ab]', false, 'a set'],
    ['^', true, 'a place'],
    ['(?=a)', true, 'a look-ahead'],
    ['a?', true, 'no round'],
    ['a+', false, 'one round'],
    ['(?:a?)+', true, 'a round of nothing'],
    ['a|', true, 'an alternative'],
    ['a|b', false, 'neither alternative'],
    ['a?b', false, 'not all of it'],
    ['a?b*', true, 'all of it'],
    ['(a?)(?>b?)', true, 'groups'],
    ['(a)(?>b?)', false, 'one group of two'],
    ['(?=(a?))\\1', true, 'a group that may be empty, once more'],
  ])('%j can match: %s, %s', (pattern, isPossible) => {
    expect(canBeEmpty(body(pattern))).toBe(isPossible);
  });

  it.each<[pattern: string, isFirst: boolean, why: string]>([
    ['a*?', true, 'as little as possible comes first'],
    ['a*', false, 'as much as possible comes first'],
    ['(?:a?){2}?', false, 'there is only one number of rounds'],
    ['a*?b', false, 'it can not be empty as a whole'],
    ['|a', true, 'nothing stands before something'],
    ['a|', false, 'something stands before nothing'],
    ['a||b', true, 'in the middle'],
    ['a||', false, 'nothing stands before nothing'],
    ['|^|(?=a)', false, 'places take nothing'],
    ['(?:|a)?', true, 'inside'],
    ['(?:a|b)?', false, 'neither alternative is empty'],
  ])('%j prefers to: %s, %s', (pattern, isFirst) => {
    expect(prefersEmpty(body(pattern))).toBe(isFirst);
  });
});

describe('what a match depends on', () => {
  it.each<[pattern: string, chars: number, why: string]>([
    ['abc', 0, 'nothing before it'],
    ['a\\b', 2, 'a place looks at one character, of two units at most'],
    ['(?<=abc)d', 3, 'a look-behind'],
    ['(?<=abc|d)(?<!ef)', 3, 'the longer one of several'],
    ['(?<=\\babc)d', 5, 'a place at its beginning'],
    ['(?<=a(?<=bcd))e', 4, 'one in another'],
    ['(?=(?<=ab)c)d', 2, 'in a look-ahead'],
    ['(?=abc)d', 0, 'a look-ahead by itself'],
    ['(?:(?<!ab)c)+', 2, 'in a repetition'],
  ])('before %j are %d units: %s', (pattern, chars) => {
    expect(contextChars(body(pattern))).toBe(chars);
  });

  it.each<[pattern: string, chars: number, why: string]>([
    ['abc', 0, 'nothing behind it'],
    ['a(?=bc)', 0, 'a look-ahead remembers the end by itself'],
    ['a$', 0, 'so does an anchor'],
    ['(?:(?=bc)b)?', 0, 'once'],
    ['(?:(?=bc)b)*', 3, 'a repetition forgets, and one more is for an anchor'],
    ['(?:(?=bc)b){2}', 3, 'with a limit too'],
    ['(?:(?!b)a|(?=cde)c)+', 4, 'the longer one of several'],
    ['(?:(?=a(?=bc))a)+', 5, 'one in another'],
    ['(?:a$|b)+', 2, 'the end, and a line break before it'],
    ['(?:\\ba)+', 0, 'other places see no further'],
    ['(?:(?<=ab)c)+', 0, 'a look-behind sees nothing behind'],
    ['(?=(?:(?=bc)b)*)', Infinity, 'in a look-ahead of any length'],
    ['(?=(?:(?=bc)b){2})', 5, 'in a look-ahead'],
    ['(?:(?=b)a)*(?:(?=bcd)a)*', 4, 'the longest of several repetitions'],
    ['(?=(?=bc)b)', 0, 'without a repetition'],
  ])('behind %j are %d units that are forgotten: %s', (pattern, chars) => {
    expect(forgottenChars(body(pattern))).toBe(chars);
  });
});
