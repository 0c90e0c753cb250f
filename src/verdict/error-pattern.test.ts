import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileErrorPattern } from './error-pattern.ts';

describe('compileErrorPattern', () => {
  it.each<[pattern: string, text: string, matches: boolean, why: string]>([
    ['The model is overloaded', 'Error: THE MODEL IS OVERLOADED.', true, 'letter case does not count'],
    ['model.*capacity', 'model at\ncapacity', false, 'a dot stops at a line break'],
    ['(?s)model.*capacity', 'model at\ncapacity', true, "Python's flag s in front"],
    ['(?im)^quota', 'first line\nQuota', true, 'i is on anyway; m lets ^ match at every line'],
    ['(?P<who>gemini|claude) is (?P=who)', 'gemini is gemini', true, "Python's named groups"],
    ['(?P<who>gemini|claude) is (?P=who)', 'gemini is claude', false, 'the named group is referred to'],
    ['\\Aquota', 'over quota', false, '\\A is the beginning of the text'],
    ['quota\\Z', 'quota\n', false, '\\Z is the end of the text'],
    ['quota\\Z', 'over quota', true, '\\Z is the end of the text'],
    ['\\\\A', 'C:\\A', true, 'an escaped backslash before an A stays what it is'],
    ['\\(?P<3', 'p<3', true, 'an escaped bracket begins no group'],
  ])('%s on %j: %s, because %s', (pattern, text, matches) => {
    const compiled = compileErrorPattern(pattern);
    expect(compiled.kind === 'valid' && compiled.pattern.isIn(text)).toBe(matches);
  });

  it.each<[pattern: string, reason: string]>([
    ['(', 'this ( is never closed; write \\( for the character (character 1)'],
    ['[a: b', 'this [ is never closed; write \\[ for the character (character 1)'],
    ['*', 'there is nothing before * that could be repeated; write \\* for the character (character 1)'],
    [
      '(?(1)a|b)',
      'conditions (?(…)…|…) are not supported; write both cases out, as in (?:<a>|a) (character 1)',
    ],
  ])('%s is refused: %s', (pattern, reason) => {
    expect(compileErrorPattern(pattern)).toEqual({ kind: 'invalid', reason });
  });

  it.each<[pattern: string, text: string, why: string]>([
    ['(a|a)+$', `${'a'.repeat(60)}!`, 'exponential'],
    ['(?=(a+)+$)a', `${'a'.repeat(60)}!`, 'exponential in a look-ahead'],
    ['(?:(a)|b)*c', 'ab'.repeat(4_000_000), 'more than the engine has memory for'],
  ])('%s is given up after a while', (pattern, text) => {
    const compiled = compileErrorPattern(pattern);
    expect(compiled.kind === 'valid' && compiled.pattern.isIn(text)).toBe(false);
  });

  it('finds what takes some searching', () => {
    const compiled = compileErrorPattern('quota.*exceeded.*(?:day|month)');
    expect(compiled.kind === 'valid' && compiled.pattern.isIn('The quota was exceeded for today')).toBe(true);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (pattern) => compileErrorPattern(pattern).kind !== undefined));
  });
});
