// What can not be used, and what the user is told: the place and what to write instead.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSearchPattern, compileTextRule } from './pattern.ts';

/** Calls that fit on the stack of Node's main thread, and not all of them. */
const SMALL_STACK_CALLS = 6_000;

/** How large a pattern the engine takes depends on the stack: here little of it is left, also where there is more. */
function onSmallStack<T>(run: () => T): T {
  let callsLeft = 0;
  const descend = (): T | undefined => {
    let result: T | undefined;
    try {
      result = descend();
    } catch {
      // The stack is full.
    }
    callsLeft += 1;
    return callsLeft === SMALL_STACK_CALLS ? run() : result;
  };
  return descend() ?? run();
}

describe('a pattern that can not be used', () => {
  it.each<[pattern: string, offset: number, message: string]>([
    ['a(b', 1, 'this ( is never closed; write \\( for the character'],
    ['a)b', 1, 'this ) closes nothing; write \\) for the character'],
    ['[a-', 0, 'this [ is never closed; write \\[ for the character'],
    ['x[]', 1, 'this [ is never closed; write \\[ for the character'],
    ['[^]', 0, 'this [ is never closed; write \\[ for the character'],
    ['*a', 0, 'there is nothing before * that could be repeated; write \\* for the character'],
    ['a|+', 2, 'there is nothing before + that could be repeated; write \\+ for the character'],
    ['(?)', 0, '(?) has no meaning here; write (?:…) for a group, \\( for the character'],
    ['^*', 1, 'there is nothing before * that could be repeated; write \\* for the character'],
    ['a\\b+', 3, 'there is nothing before + that could be repeated; write \\+ for the character'],
    ['a{2}{3}', 4, '{3} repeats what is already repeated; put (?:…) around what stands before it'],
    ['a*+*', 3, '* repeats what is already repeated; put (?:…) around what stands before it'],
    ['a??+', 3, '+ repeats what is already repeated; put (?:…) around what stands before it'],
    ['a{3,2}', 1, 'in {3,2} the lower number must come first'],
    ['a{1,4294967295}', 1, '{1,4294967295} is more than any text has; leave the upper number out'],
    ['a{4294967295,}', 1, '{4294967295,} is more than any text has; leave the upper number out'],
    ['[z-a]', 1, 'z-a runs backwards; write the lower character first'],
    ['[a-\\d]', 1, 'a-\\d needs one character at each end; write \\- for a dash'],
    ['[\\w-a]', 1, '\\w-a needs one character at each end; write \\- for a dash'],
    ['a\\', 1, 'the backslash at the end escapes nothing; write \\\\ for a backslash'],
    ['\\y', 0, '\\y has no meaning here; write y for the character, or \\\\ for a backslash'],
    ['\\z', 0, '\\z has no meaning here; write \\Z for the end of the text, or \\\\ for a backslash'],
    [
      '\\Q',
      0,
      '\\Q has no meaning here; write a backslash before each character with a meaning, or \\\\ for a backslash',
    ],
    ['\\h', 0, '\\h has no meaning here; write [ \\t] for blanks, or \\\\ for a backslash'],
    ['\\R', 0, '\\R has no meaning here; write (?:\\r\\n|\\n) for a line break, or \\\\ for a backslash'],
    [
      '\\G',
      0,
      '\\G has no meaning here; leave it out: a search goes on where the last match ended, or \\\\ for a backslash',
    ],
    ['\\K', 0, '\\K has no meaning here; put what stands before it into (?<=…), or \\\\ for a backslash'],
    ['\\X', 0, '\\X has no meaning here; write . for a character, or \\\\ for a backslash'],
    ['\\cA', 0, '\\c has no meaning here; write \\x and its two digits, or \\\\ for a backslash'],
    [
      '\\N{DASH}',
      0,
      '\\N has no meaning here; write the character itself, or \\u and its four digits, or \\\\ for a backslash',
    ],
    ['[\\A]', 1, '\\A has no meaning here; write A for the character, or \\\\ for a backslash'],
    ['[\\8]', 1, '\\8 has no meaning here; write 8 for the character, or \\\\ for a backslash'],
    ['\\x4', 0, '\\x needs 2 hexadecimal digits behind it'],
    ['\\x{41}', 0, '\\x needs 2 hexadecimal digits behind it'],
    ['\\u12', 0, '\\u needs 4 hexadecimal digits behind it'],
    ['\\u{110000}', 0, '\\u{110000} is no character: the last is 10FFFF'],
    ['\\U00110000', 0, '\\U00110000 is no character: the last is 10FFFF'],
    ['\\400', 0, '\\400 is more than \\377; write the character with \\u'],
    ['[\\777]', 1, '\\777 is more than \\377; write the character with \\u'],
    ['\\u{}', 0, '\\u needs 4 hexadecimal digits behind it'],
    ['a\\1', 1, 'there is no group 1 before this place; groups are counted from 1'],
    ['(a)\\2', 3, 'there is no group 2 before this place; groups are counted from 1'],
    ['(a\\1)', 2, 'group 1 can not contain itself'],
    ['(?P=n)', 0, 'there is no group named n before this place'],
    ['\\k<n>(?<n>a)', 0, 'there is no group named n before this place'],
    ['\\kn', 0, '\\k needs the name of a group behind it, as in \\k<name>'],
    ['(?P<n', 4, 'here a name is expected, of letters, digits and _, with a > behind it'],
    ['(?P<1a>b)', 4, 'here a name is expected, of letters, digits and _, with a > behind it'],
    ['(?<>a)', 3, 'here a name is expected, of letters, digits and _, with a > behind it'],
    ['(?P=n', 4, 'here a name is expected, of letters, digits and _, with a ) behind it'],
    ['(?P<n>a)(?P<n>b)', 8, 'there is a group named n already'],
    ['(?<=(a)\\1)b', 7, 'group 1 stands in the same look-behind and can not be referred to there'],
    ['(?<!(?P<n>a)(?P=n))b', 12, 'group 1 stands in the same look-behind and can not be referred to there'],
    [
      '(a)?\\1',
      4,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    [
      '(a)|\\1',
      4,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    [
      '(?!(a))\\1',
      7,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    [
      '(?:(a)|b)+\\1',
      10,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    [
      '(?:(a?)b?)+\\1',
      11,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    [
      '(?:(a)|b\\1)',
      8,
      'group 1 may have matched nothing at this place; write out both cases, with the group and without it',
    ],
    ['(?(1)a|b)', 0, 'conditions (?(…)…|…) are not supported; write both cases out, as in (?:<a>|a)'],
    ['(a)(?(1)b|c)', 3, 'conditions (?(…)…|…) are not supported; write both cases out, as in (?:<a>|a)'],
    ['(?P>a)', 0, '(?P has no meaning here; write (?:…) for a group, \\( for the character'],
    ['(?&a)', 0, '(?& has no meaning here; write (?:…) for a group, \\( for the character'],
    ['(?R)', 0, 'the flag R is not supported; there are i, m, s and x'],
    ['(?-)', 0, '(?- has no meaning here; write (?:…) for a group, \\( for the character'],
    ['(?a)b', 0, 'the flag a is not supported; there are i, m, s and x'],
    ['a(?i)b', 1, '(?i) must stand at the beginning of the pattern; for a part of it write (?i:…)'],
    ['a(?im)b', 1, '(?im) must stand at the beginning of the pattern; for a part of it write (?im:…)'],
    ['a|(?i)b', 2, '(?i) must stand at the beginning of the pattern; for a part of it write (?i:…)'],
    ['(?L)a', 0, 'the flag L is not supported; there are i, m, s and x'],
    ['(?q:a)', 0, 'the flag q is not supported; there are i, m, s and x'],
    ['(?i-q:a)', 0, 'the flag q is not supported; there are i, m, s and x'],
    ['a(?#b', 1, 'this comment is never closed; put a ) at its end'],
    ['(?#', 0, 'this comment is never closed; put a ) at its end'],
    [
      '(?<=a*)b',
      0,
      'this look-behind has no limit of 1,000 characters; write {0,100} for * and {1,100} for +',
    ],
    [
      '(?<!a{1001})b',
      0,
      'this look-behind has no limit of 1,000 characters; write {0,100} for * and {1,100} for +',
    ],
    [
      '(?<=(?<=a{600})b{600})c',
      0,
      'this look-behind has no limit of 1,000 characters; write {0,100} for * and {1,100} for +',
    ],
    ['\\p{Foo}', 0, '\\p{Foo} is no property of characters; properties look like \\p{L} or \\p{Lu}'],
    ['\\pL', 0, '\\p is no property of characters; properties look like \\p{L} or \\p{Lu}'],
    [
      '(?i:(a)\\1)b',
      7,
      'here case is ignored in a reference but not in all of the pattern; set the flag i for all of it',
    ],
    [
      'a??',
      0,
      'the pattern may match nothing where it could match something; put the longer alternative first, and leave out a ? behind a repetition',
    ],
    [
      '|a',
      0,
      'the pattern may match nothing where it could match something; put the longer alternative first, and leave out a ? behind a repetition',
    ],
    [
      '(?:|a)*',
      0,
      'the pattern may match nothing where it could match something; put the longer alternative first, and leave out a ? behind a repetition',
    ],
    [
      'a{0,3}?',
      0,
      'the pattern may match nothing where it could match something; put the longer alternative first, and leave out a ? behind a repetition',
    ],
    [
      '(?<=(?>ab))c',
      4,
      'nothing can be kept from going back in a look-behind; write (?:…), and no + behind a repetition',
    ],
    [
      '(?<!xa{2}+)c',
      6,
      'nothing can be kept from going back in a look-behind; write (?:…), and no + behind a repetition',
    ],
  ])('%j at %i: %s', (pattern, offset, message) => {
    const problem = { part: 'pattern', offset, message };
    expect(compileTextRule({ pattern, flags: '', replacement: '' })).toEqual({ kind: 'invalid', problem });
  });

  it.each<[why: string, pattern: string, offset: number, message: string]>([
    [
      'nothing anyone writes',
      `${'(?:'.repeat(200)}${')'.repeat(200)}`,
      600,
      'groups stand more than 200 deep in one another; make several rules of it',
    ],
    [
      'a replacement names two digits',
      '()'.repeat(100),
      198,
      'there are more than 99 groups; write (?:…) for this one',
    ],
    [
      'nothing anyone writes',
      'a'.repeat(5_001),
      5_000,
      'the pattern is longer than 5,000 characters; make several rules of it',
    ],
  ])('is too large: %s', (_why, pattern, offset, message) => {
    const problem = { part: 'pattern', offset, message };
    expect(compileTextRule({ pattern, flags: '', replacement: '' })).toEqual({ kind: 'invalid', problem });
  });

  it.each<[why: string, pattern: string]>([
    ['for a whole text', '$'.repeat(5_000)],
    ['in a stream, where every place is marked', '^'.repeat(5_000)],
  ])('is too large for the engine %s', (_why, pattern) => {
    const problem = {
      part: 'pattern',
      offset: 0,
      message: 'the pattern is too large; make several rules of it',
    };
    const compiled = onSmallStack(() => compileTextRule({ pattern, flags: '', replacement: '' }));
    expect(compiled).toEqual({ kind: 'invalid', problem });
  });

  it('goes up to those limits', () => {
    const deep = `${'(?:'.repeat(199)}${')'.repeat(199)}`;
    const many = '(?:a)'.repeat(300);
    for (const pattern of [deep, many, '()'.repeat(99), 'a'.repeat(5_000)]) {
      expect(compileTextRule({ pattern, flags: '', replacement: '' }).kind).toBe('valid');
    }
  });

  it('is refused for a search as well', () => {
    const problem = {
      part: 'pattern',
      offset: 1,
      message: 'this ) closes nothing; write \\) for the character',
    };
    expect(compileSearchPattern('a)', '')).toEqual({ kind: 'invalid', problem });
    expect(onSmallStack(() => compileSearchPattern('$'.repeat(5_000), '')).kind).toBe('invalid');
  });

  it('may match nothing first, if it is only searched for', () => {
    expect(compileSearchPattern('|a+', 'i')).toEqual({
      kind: 'valid',
      source: '(?=[^]|$)(?:|[Aa]+)',
      flags: 'u',
      isHarmless: true,
    });
  });
});

it('any pattern and replacement is a rule or a problem', () => {
  const pieces = fc.constantFrom(...'()[]{}?*+|^$\\.-,:=!<>#PpkgnN123aimsx&\n '.split(''), '😀');
  const made = fc.array(fc.oneof(pieces, fc.string({ maxLength: 2 }))).map((parts) => parts.join(''));
  fc.assert(
    fc.property(made, made, fc.subarray(['i', 'm', 's', 'x']), (pattern, replacement, flags) => {
      const compiled = compileTextRule({ pattern, flags: flags.join(''), replacement });
      if (compiled.kind === 'valid') {
        expect(new RegExp(compiled.rule.source, compiled.rule.flags).unicode).toBe(true);
        expect(new RegExp(compiled.rule.liveSource, compiled.rule.flags).unicode).toBe(true);
      } else {
        const text = compiled.problem.part === 'pattern' ? pattern : replacement;
        expect(compiled.problem.offset).toBeGreaterThanOrEqual(0);
        expect(compiled.problem.offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
