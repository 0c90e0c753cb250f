import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileIRegexp } from './i-regexp.ts';

const unlimited = (): boolean => true;

describe('an expression of RFC 9485', () => {
  it.each<[string, readonly string[], readonly string[], string]>([
    ['', [''], ['a'], 'nothing'],
    ['abc', ['abc'], ['ab', 'abcd', 'ABC'], 'characters, as a whole'],
    ['a|bc|', ['a', 'bc', ''], ['b', 'abc'], 'one of several'],
    ['a.c', ['abc', 'a😀c', 'a\u2028c'], ['a\nc', 'a\rc', 'ac'], 'any character but a line end'],
    ['a*', ['', 'a', 'aaa'], ['b'], 'any number of times'],
    ['a+b?', ['a', 'aab'], ['', 'abb'], 'at least once; at most once'],
    ['a{2}', ['aa'], ['a', 'aaa'], 'so often'],
    ['a{2,}', ['aa', 'aaaa'], ['a'], 'or more often'],
    ['a{1,3}', ['a', 'aa', 'aaa'], ['', 'aaaa'], 'so often at most'],
    ['a{10}b{1,12}', ['aaaaaaaaaabbbbbbbbbbbb'], ['ab', 'aaaaaaaaaab '], 'in numbers of several digits'],
    ['a{0}', [''], ['a'], 'never'],
    ['(ab|c){2}d', ['ababd', 'abcd', 'ccd'], ['abd'], 'groups'],
    ['(a*)*b', ['b', 'aaab'], ['aaa'], 'a loop in a loop'],
    ['[a-c_]+', ['abc_'], ['', 'd'], 'a class'],
    ['[^a-c]', ['d', '😀'], ['a', ''], 'its opposite'],
    ['[-a]+[a-]', ['-a-'], ['b'], 'a dash at either end'],
    ['[\\-\\]\\\\\\^]+', ['-]\\^'], ['a'], 'escapes in a class'],
    ['[\\p{Lu}0-9]+', ['AÉ7'], ['a'], 'a category in a class'],
    ['\\p{L}\\P{L}', ['é1'], ['éé'], 'categories'],
    ['\\p{Lu}\\p{Ll}', ['Éa'], ['éA', 'EE'], 'categories of two letters'],
    ['(a)'.repeat(40), ['a'.repeat(40)], ['a'], 'as many groups as there are, beside one another'],
    ['('.repeat(32) + ')'.repeat(32), [''], ['a'], 'and 32 in one another'],
    ['\\n\\t\\r\\.\\*\\(\\{', ['\n\t\r.*({'], ['nt'], 'escapes'],
    ['a^$b,-', ['a^$b,-'], ['ab'], 'what is special elsewhere'],
  ])('%j matches %j, not %j: %s', (expression, matching, other) => {
    const matcher = compileIRegexp(expression);
    const isMatch = (text: string): boolean | undefined => matcher?.(text, true, unlimited);
    expect([matching.map(isMatch), other.map(isMatch)]).toEqual([
      matching.map(() => true),
      other.map(() => false),
    ]);
  });

  it.each<[string, string, boolean]>([
    ['b+', 'abbc', true],
    ['', 'abc', true],
    ['c', 'abc', true],
    ['d', 'abc', false],
    ['ca', 'abc', false],
  ])('%j is found in %j: %s', (expression, text, isFound) => {
    expect(compileIRegexp(expression)?.(text, false, unlimited)).toBe(isFound);
  });

  it.each([
    ['(', 'a group that is not closed'],
    [')', 'or not opened'],
    ['*', 'nothing to repeat'],
    ['a**', 'nothing to repeat again'],
    ['a{2,1}', 'a range that is none'],
    ['a{99999}', 'far too often'],
    ['(a{99}){99}', 'too large altogether'],
    [`${'('.repeat(40)}${')'.repeat(40)}`, 'too deep'],
    ['[b-a]', 'a class that is none'],
    ['[]', 'an empty one'],
    ['[a', 'one that is not closed'],
    ['\\d', 'an escape that there is not'],
    ['\\p{Xx}', 'a category that there is not'],
    ['(?:a)', 'a group of another kind'],
    ['a\\', 'half an escape'],
    ['\ud800', 'half a character'],
  ])('%j is none: %s', (expression) => {
    expect(compileIRegexp(expression)).toBeUndefined();
  });

  it('says what the engine says', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '[ab]',
      '[^a]',
      '(a|b)',
      '(ab|)',
      'a*',
      'b+',
      '(a|ba)?',
      'a{1,2}',
      '|',
    );
    const expressions = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(expressions, fc.stringMatching(/^[abc]{0,6}$/), (expression, text) => {
        const matcher = compileIRegexp(expression);
        expect(matcher?.(text, true, unlimited)).toBe(new RegExp(`^(?:${expression})$`).test(text));
        expect(matcher?.(text, false, unlimited)).toBe(new RegExp(expression).test(text));
      }),
    );
  });

  it('matches nothing when it may not work any more', () => {
    let left = 10;
    const spend = (states: number): boolean => (left -= states) >= 0;
    expect(compileIRegexp('a*')?.('a'.repeat(20), true, spend)).toBe(false);
  });

  it('gives up as soon as nothing can match', () => {
    let looked = 0;
    compileIRegexp('ab')?.(`ac${'x'.repeat(100)}`, true, (states) => (looked += states) >= 0);
    expect(looked).toBeLessThan(5);
  });
});
