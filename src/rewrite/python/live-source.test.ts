import { describe, expect, it } from 'vitest';
import { compileTextRule } from '../pattern.ts';
import { liveSourceOf } from './live-source.ts';
import { sourceOf } from './source.ts';
import type { Tree } from './tree.ts';

describe('the sources of a pattern', () => {
  it.each<
    [pattern: string, source: string, live: string, marks: number[], groups: number[], liveGroups: number[]]
  >([
    ['a', 'a', '(?:a|($))', [1], [0], [0]],
    ['abc', 'abc', '(?:abc|(?:a(?:b)?)?($))', [1], [0], [0]],
    ['a[bc].', 'a[bc][^\\u{a}]', '(?:a[bc][^\\u{a}]|(?:a(?:[bc])?)?($))', [1], [0], [0]],
    ['a|b', '(?:a|b)', '(?:(?:a|($))|(?:b|($)))', [1, 2], [0], [0]],
    ['(a)b', '(a)b', '((?:a|($)))(?:b|($))', [2, 3], [0, 1], [0, 1]],
    ['^', '(?=[^]|$)^', '(?=[^]|$)(?:($)|^(?!$))', [1], [0], [0]],
    ['a$', 'a(?=\\n?$)', '(?:a|($))(?=\\n?($))', [1, 2], [0], [0]],
    ['a\\Z', 'a$', '(?:a|($))(?:($)|$(?!$))', [1, 2], [0], [0]],
    [
      '\\b[ab]',
      '(?:(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_]))[ab]',
      '(?:($)|(?:(?<=[\\p{L}\\p{N}_])(?![\\p{L}\\p{N}_])|(?<![\\p{L}\\p{N}_])(?=[\\p{L}\\p{N}_]))(?!$))(?:[ab]|($))',
      [1, 2],
      [0],
      [0],
    ],
    [
      '\\bteh\\b',
      '(?<![\\p{L}\\p{N}_])teh(?![\\p{L}\\p{N}_])',
      '(?:($)|(?<![\\p{L}\\p{N}_])(?!$))(?:teh|(?:t(?:e)?)?($))(?:($)|(?![\\p{L}\\p{N}_])(?!$))',
      [1, 2, 3],
      [0],
      [0],
    ],
    [
      'a\\B-',
      'a(?<![\\p{L}\\p{N}_])\\x2d',
      '(?:a|($))(?:($)|(?<![\\p{L}\\p{N}_])(?!$))(?:\\x2d|($))',
      [1, 2, 3],
      [0],
      [0],
    ],
    ['a*', '(?=[^]|$)a*', '(?=[^]|$)a*(?:($)|(?!$))', [1], [0], [0]],
    ['a+b', 'a+b', '(?:a+(?:($)|(?!$))|a{0}($))(?:b|($))', [1, 2, 3], [0], [0]],
    ['a?', '(?=[^]|$)a?', '(?=[^]|$)a?(?:($)|(?!$))', [1], [0], [0]],
    ['a{2}', 'a{2}', '(?:a{2}|a?($))', [1], [0], [0]],
    ['a{2,4}', 'a{2,4}', '(?:a{2,4}(?:($)|(?!$))|a?($))', [1, 2], [0], [0]],
    ['a{2,}?b', 'a{2,}?b', '(?:a{2,}?|a?($))(?:b|($))', [1, 2], [0], [0]],
    ['a*?b', 'a*?b', 'a*?(?:b|($))', [1], [0], [0]],
    ['(?:ab)*', '(?=[^]|$)(?:ab)*', '(?=[^]|$)(?:(?:ab|(?:a)?($)))*(?:($)|(?!$))', [1, 2], [0], [0]],
    ['(?:ab)+?', '(?:ab)+?', '(?:(?:ab|(?:a)?($)))+?', [1], [0], [0]],
    ['(?:ab){2}', '(?:ab){2}', '(?:(?:ab|(?:a)?($))){2}', [1], [0], [0]],
    ['(?:a?)', '(?=[^]|$)a?', '(?=[^]|$)a?(?:($)|(?!$))', [1], [0], [0]],
    ['(?>ab)c', '(?=(ab))(?:\\1)c', '(?=((?:ab|(?:a)?($))))(?:\\1)(?:c|($))', [2, 3], [0], [0]],
    ['a++', '(?=(a+))(?:\\1)', '(?=((?:a+(?:($)|(?!$))|a{0}($))))(?:\\1)', [2, 3], [0], [0]],
    ['(?=ab)c', '(?=ab)c', '(?=(?:ab|(?:a)?($)))(?:c|($))', [1, 2], [0], [0]],
    ['(?!ab)c', '(?!ab)c', '(?:(?=(?:ab|(?:a)?($))($))|(?!ab))(?:c|($))', [1, 2, 3], [0], [0]],
    [
      '(?!a$)b',
      '(?!a(?=\\n?$))b',
      '(?:(?=(?:a|($))\\n?($)($))|(?!a(?=\\n?$)))(?:b|($))',
      [1, 2, 3, 4],
      [0],
      [0],
    ],
    ['(?<=ab)c', '(?<=ab)c', '(?:($)|(?<=ab)(?!$))(?:c|($))', [1, 2], [0], [0]],
    ['(?<!a)b', '(?<!a)b', '(?:($)|(?<!a)(?!$))(?:b|($))', [1, 2], [0], [0]],
    [
      '(a)\\1',
      '(a)(?:\\1)',
      '((?:a|($)))(?:(?:\\1)|(?=([^]{0,1})$)(?<=(?=(?:\\1))(?=(?:\\3))[^]*?)[^]*($))',
      [2, 4],
      [0, 1],
      [0, 1],
    ],
    [
      '(a+)\\1',
      '(a+)(?:\\1)',
      '((?:a+(?:($)|(?!$))|a{0}($)))(?:(?:\\1)|(?=([^]{0,256})$)(?<=(?=(?:\\1))(?=(?:\\4))[^]*?)[^]*($))',
      [2, 3, 5],
      [0, 1],
      [0, 1],
    ],
    [
      '(a)(?>b)(c)\\2',
      '(a)(?=(b))(?:\\2)(c)(?:\\3)',
      '((?:a|($)))(?=((?:b|($))))(?:\\3)((?:c|($)))(?:(?:\\5)|(?=([^]{0,1})$)(?<=(?=(?:\\5))(?=(?:\\7))[^]*?)[^]*($))',
      [2, 4, 6, 8],
      [0, 1, 3],
      [0, 1, 5],
    ],
    ['(?!(a)\\1)(b)\\2', '(?!(a)(?:\\1))(b)(?:\\2)', '()', [1], [0, 1, 2], []],
    ['(?=(a)(b))ab\\2', '(?=(a)(b))ab(?:\\2)', '()', [1], [0, 1, 2], []],
    ['(?>(?<=a)b)', '(?=((?<=a)b))(?:\\1)', '(?=((?:($)|(?<=a)(?!$))(?:b|($))))(?:\\1)', [2, 3], [0], [0]],
    ['(?i)ab-', '[Aa][Bb]\\x2d', '(?:[Aa][Bb]\\x2d|(?:[Aa](?:[Bb])?)?($))', [1], [0], [0]],
    ['(?i)[a-c]', '[a-cABC]', '(?:[a-cABC]|($))', [1], [0], [0]],
    ['(?=(a))\\1', '(?=[^]|$)(?=(a))(?:\\1)', '(?=[^]|$)()', [1], [0, 1], []],
    ['', '(?=[^]|$)(?:)', '(?=[^]|$)(?:)', [], [0], [0]],
  ])('%j', (pattern, source, liveSource, liveMarks, groups, liveGroups) => {
    const compiled = compileTextRule({ pattern, flags: '', replacement: '' });
    expect(compiled).toMatchObject({
      rule: { source, liveSource, liveMarks, groups, liveGroups, flags: 'u' },
    });
  });

  it('shares a mark between up to 32 characters', () => {
    const compiled = compileTextRule({ pattern: 'a'.repeat(70), flags: '', replacement: '' });
    expect(compiled).toMatchObject({ rule: { liveMarks: [1, 2, 3] } });
  });

  it('may be of a single character or set, without anything around it', () => {
    const tree: Tree = {
      body: { kind: 'char', code: 0x2d, ignoreCase: false },
      groupCount: 0,
      names: new Map(),
    };
    expect(sourceOf(tree)).toEqual({ source: '\\x2d', groups: [0] });
    expect(liveSourceOf(tree)).toEqual({ source: '(?:\\x2d|($))', groups: [0], marks: [1] });
    const set: Tree = { ...tree, body: { kind: 'set', items: [], isNegated: true, ignoreCase: false } };
    expect(liveSourceOf(set)).toEqual({ source: '(?:[^]|($))', groups: [0], marks: [1] });
  });

  it('have the flag i only for a reference that ignores case', () => {
    expect(compileTextRule({ pattern: '(a.)\\1', flags: 'is', replacement: '' })).toMatchObject({
      rule: { source: '([Aa][^])(?:\\1)', flags: 'iu' },
    });
    expect(compileTextRule({ pattern: '(?i:a)b', flags: '', replacement: '' })).toMatchObject({
      rule: { source: '[Aa]b', flags: 'u' },
    });
  });
});
