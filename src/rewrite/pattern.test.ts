// The expected texts are what CPython 3.11 makes of the same rule (`re.sub`); they stand here as data.
import { describe, expect, it } from 'vitest';
import { compileTextRule, expressionsOf, replaceAll } from './pattern.ts';
import type { TextRule } from './pattern.ts';

function ruleOf(pattern: string, flags = '', replacement = ''): TextRule {
  const compiled = compileTextRule({ pattern, flags, replacement });
  if (compiled.kind === 'invalid') throw new Error(`${pattern}: ${compiled.problem.message}`);
  return compiled.rule;
}

describe('a rule does what Python does', () => {
  it.each<[pattern: string, flags: string, replacement: string, text: string, expected: string, why: string]>(
    [
      ['"', '', '\\"', 'say "hi"', 'say \\"hi\\"', 'a backslash before a quote stays a backslash'],
      ['"', '', '\\\\"', 'say "hi"', 'say \\"hi\\"', 'and a doubled one is one'],
      ['â€™', '', '’', 'itâ€™s', 'it’s', 'mojibake, pair by pair'],
      ['â€œ|â€\u009d', '', '"', 'â€œyesâ€\u009d', '"yes"', 'alternatives of literals'],
      ['—', '', '\\\\u2014', 'no—yes', 'no\\u2014yes', 'a dash becomes an escape sequence'],
      ['\\\\u2014', '', '—', 'no\\u2014yes', 'no—yes', 'an escape sequence becomes a dash'],
      ['\\u2014', '', ' - ', 'no—yes', 'no - yes', 'the pattern may escape it'],
      ['\\U0001F600|\\xe9', '', '', 'café 😀', 'caf ', 'eight and two hexadecimal digits'],
      [
        '<think>[\\s\\S]*?</think>\\s*',
        '',
        '',
        '<think>a\nb</think>\n\nHi <think>c</think>!',
        'Hi !',
        'as short as possible, over lines',
      ],
      ['\\s+$', '', '', 'a  \nb \n ', 'a  \nb', 'without m, only the end of the text'],
      ['\\s+$', 'm', '', 'a  \nb \n ', 'a\nb', 'with m, every end of a line'],
      ['\\n{3,}', '', '\\n\\n', 'a\n\n\n\nb\n\nc', 'a\n\nb\n\nc', 'blank lines collapse'],
      ['[“”]', '', '"', '“a”', '"a"', 'a set'],
      ['\\*([^*]+)\\*', '', '_\\1_', '*walks* and *sits*', '_walks_ and _sits_', 'a group comes back'],
      ['a$', '', 'X', 'a\na\n', 'a\nX\n', '$ is before one last line break too'],
      ['a\\Z', '', 'X', 'a\na\n', 'a\na\n', '\\Z is the very end'],
      ['a\\Z', '', 'X', 'a\na', 'a\nX', '\\Z is the very end'],
      ['^a', '', 'X', 'a\na', 'X\na', '^ is the beginning of the text'],
      ['^a', 'm', 'X', 'a\na\ra', 'X\nX\ra', 'with m of each line; a carriage return is none'],
      ['\\Aa', 'm', 'X', 'a\na', 'X\na', '\\A stays the beginning'],
      ['a$', 'm', 'X', 'a\na\rb', 'X\na\rb', 'with m, $ is before each line break'],
      ['$', '', '!', 'a\n', 'a!\n!', '$ stands at two places'],
      ['^', 'm', '> ', 'a\nb', '> a\n> b', 'an empty match is replaced'],
      ['\\w+', '', 'X', 'naïve_1 ٣ — 你好 ½', 'X X — X X', 'letters, digits and numbers of all scripts'],
      ['\\w', '', 'X', 'é e\u0301', 'X X\u0301', 'a mark that combines is none of them'],
      ['\\W', '', 'X', 'a\u203fb_c', 'aXb_c', 'a connector but the underscore is none either'],
      ['[\\W_]', '', 'X', 'a\u203fb_c-é', 'aXbXcXé', 'also in a set'],
      ['[^\\W\\d_]', '', 'X', 'a1_é-', 'X1_X-', 'letters only'],
      ['\\d', '', 'X', '1٣½²', 'XX½²', 'digits are decimal digits'],
      ['\\D', '', 'X', '1٣½²', '1٣XX', 'and everything else is not'],
      [
        '\\s',
        '',
        'X',
        'a\u00a0b\u001cc\u200bd\u0085e\ufefff\u3000',
        'aXbXc\u200bdXe\ufefffX',
        'white space as Python counts it',
      ],
      ['\\S', '', 'X', '\u001c\ufeff\u0085\u3000 𐀀', '\u001cX\u0085\u3000 X', 'and what is not'],
      ['[^\\s\\S]|[\\S]', '', 'X', 'a \u001f', 'X \u001f', 'in sets'],
      ['\\bé', '', 'X', 'é éé aé', 'X Xé aé', 'a word may begin with any letter'],
      ['\\b\\w', '', 'X', 'ab cd', 'Xb Xd', 'at the beginning of words'],
      ['\\w\\b', '', 'X', 'ab cd', 'aX cX', 'at their ends'],
      ['\\b-', '', 'X', '- a-', '- aX', 'beside what belongs to no word'],
      ['-\\b', '', 'X', '- -a', '- Xa', 'beside what belongs to no word'],
      ['\\Ba|b\\B', '', 'X', 'a aa ba bb bbb', 'a aX XX Xb XXb', 'not at an end of a word'],
      ['-\\B|\\B-', '', 'X', 'a- -a a-a', 'aX Xa a-a', 'not at an end of a word'],
      ['\\b(?:a|-)', '', 'X', 'a-a -', 'XXX -', 'beside one or the other'],
      ['\\b[a-]', '', 'X', 'a-a -', 'XXX -', 'beside one or the other'],
      ['[.]\\B.', '', 'X', 'a.- .b .', 'aX .b .', 'between'],
      ['.', '', 'X', 'a\n\r\u2028😀', 'X\nXXX', 'a dot stops at a line feed only'],
      ['.', 's', 'X', 'a\n😀', 'XXX', 'and with s at nothing'],
      ['[]a]', '', 'X', '[]a', '[XX', 'a bracket that comes first is a character'],
      ['[^]a]', '', 'X', '[]ab', 'X]aX', 'also in a negated set'],
      ['[a-c-]', '', 'X', 'b-d', 'XXd', 'a dash at the end'],
      ['[-a]', '', 'X', 'b-a', 'bXX', 'a dash at the beginning'],
      ['[\\w-]', '', 'X', 'a-;', 'XX;', 'a dash behind a class, at the end'],
      ['[\\b\\x41\\101\\n\\u2014]', '', 'X', '\bA\n—b', 'XXXXb', 'escapes in a set; \\b is a backspace'],
      [
        '[\\]\\\\^$.|?*+(){}/]',
        '',
        'X',
        ']\\^$.|?*+(){}/-',
        'XXXXXXXXXXXXXX-',
        'what has a meaning elsewhere',
      ],
      ['[+--]', '', 'X', '+,-.', 'XXX.', 'a range up to a dash'],
      ['[^^]', '', 'X', '^a', '^X', 'a second ^ is a character'],
      ['a{,2}b', '', 'X', 'aaab', 'aX', 'up to two'],
      ['a{2}b', '', 'X', 'aaab', 'aX', 'exactly two'],
      ['ba{1,}', '', 'X', 'baaa b', 'X b', 'one and more'],
      ['xa{,}', '', 'X', 'xaa', 'X', 'any number'],
      ['a{1,2}?', '', 'X', 'aaa', 'XXX', 'as few as possible'],
      ['{{user}}', '', 'You', '{{user}}!', 'You!', 'braces without numbers are characters'],
      ['a{}|b{x}|{|c{1', '', 'X', 'a{} b{x} c{1', 'X X X', 'braces without numbers are characters'],
      ['<.+?>', '', '', '<b>x</b>', 'x', 'as few as possible'],
      ['"[^"]*+"', '', 'X', '"a" "b', 'X "b', 'possessive'],
      ['a++a|b?+b', '', 'X', 'aaa b bb', 'aaa b X', 'possessive: nothing is given back'],
      ['(?>a|ab)c', '', 'X', 'abc ac', 'abc X', 'atomic: the first way only'],
      ['(?>(a)|b)c\\b', '', '<\\1>', 'ac bc', '<a> <>', 'a group in an atomic one'],
      ['(?:ab)*c', '', 'X', 'ababc c', 'X X', 'a group repeated'],
      ['(?:a*)*b', '', 'X', 'aab b', 'X X', 'a repetition repeated, in brackets'],
      ['(?=a)*b', '', 'X', 'ab', 'aX', 'a look-ahead repeated'],
      ['(?P<a>x)(?P<b_2>y)', '', '\\g<b_2>\\g<a>', 'xy', 'yx', 'groups by name'],
      ['(?P<q>[\\\'"])(.*?)(?P=q)', '', '«\\2»', "\"it's\" 'x'", "«it's» «x»", 'a reference by name'],
      ['(\\w)\\1', '', '\\1', 'aabbc', 'abc', 'a reference'],
      ['(a)\\0', '', 'X', 'a\u0000', 'X', '\\0 is a zero byte, no reference'],
      ['(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)\\10', '', 'X', 'abcdefghijj', 'X', 'two digits are one number'],
      ['(a)(?:\\1)1', '', 'X', 'aa1', 'X', 'a digit behind a reference'],
      ['\\101\\07', '', 'X', 'A\u0007', 'X', 'octal numbers'],
      ['(?:a|b)c', '', 'X', 'ac bc', 'X X', 'a group that is not remembered'],
      ['(a)|b', '', '<\\1>', 'ab', '<a><>', 'a group that did not match is empty'],
      ['()b', '', '<\\1>', 'b', '<>', 'an empty group'],
      ['a(?#note)b(?#)+', '', 'X', 'abb', 'X', 'comments'],
      ['foo(?=bar)', '', 'X', 'foobar foobaz', 'Xbar foobaz', 'look-ahead'],
      ['foo(?!bar)', '', 'X', 'foobar foobaz', 'foobar Xbaz', 'negative look-ahead'],
      ['(?<=\\$)\\d+', '', 'X', '$12 12', '$X 12', 'look-behind'],
      ['(?<!\\\\)"', '', '\\\\"', '"a" \\"', '\\"a\\" \\"', 'negative look-behind'],
      ['(?=(a))a', '', '<\\1>', 'a', '<a>', 'a group in a look-ahead'],
      ['(?<=(a)(b))c', '', '<\\1\\2>', 'abc', 'ab<ab>', 'groups in a look-behind'],
      ['(?!(a))b', '', '<\\1>', 'b', '<>', 'a group in a negative look-ahead never matches'],
      ['(ab)+', '', '<\\1>', 'abab', '<ab>', 'the last round of a repetition'],
      ['hello', 'i', 'X', 'Hello HELLO', 'X X', 'ignoring case'],
      ['(?i)ÉTÉ', '', 'X', 'été', 'X', 'case of all scripts'],
      ['(?im)^x', '', 'X', 'X\nx', 'X\nX', 'two flags in front'],
      ['(?i)(?m)^x$', '', 'X', 'X\nx', 'X\nX', 'one after the other'],
      ['(?u)\\w', '', 'X', 'é', 'X', 'the flag u is on anyway'],
      ['(?s:.)x.', '', 'X', '\nx\n\nxa', '\nx\nX', 'a flag for a part'],
      ['a(?i:b)c', '', 'X', 'abc aBc Abc', 'X X Abc', 'a flag for a part'],
      ['a(?-i:b)c', 'i', 'X', 'aBc AbC', 'aBc X', 'a flag off for a part'],
      ['(?i:a(?-i:b))c', '', 'X', 'Abc aBc AbC', 'X aBc AbC', 'parts in parts'],
      ['(?m:^)a|^b', '', 'X', 'b\nb\na', 'X\nb\nX', 'anchors in parts'],
      ['[a-z]+', 'i', 'X', 'aZ K s1', 'X X X1', 'a range ignoring case; the Kelvin sign is a k'],
      ['[^a-y]', 'i', 'X', 'AzZ', 'AXX', 'a negated range ignoring case'],
      ['[^\\W\\d_]+', 'i', 'X', 'Ια 1_', 'X 1_', 'a mixed set ignoring case'],
      ['σ', 'i', 'X', 'Σσς', 'XXX', 'three forms of one letter'],
      ['ß|µ', 'i', 'X', 'ẞßµμ', 'XXXX', 'what has no single capital, and doubles'],
      ['(a|b)\\1', 'i', 'X', 'aA ab bB', 'X ab X', 'a reference ignoring case'],
      [
        ' a b # note\\n\\ c [ #]',
        'x',
        'X',
        'ab c#ab c ',
        'X c#X c ',
        'verbose: blanks and comments go, but in sets',
      ],
      ['(?x) a \\# b', '', 'X', 'a#b', 'X', 'verbose by a flag in front'],
      ['(?x: a b ) c', '', 'X', 'ab c', 'X', 'verbose for a part'],
      ['a + b', 'x', 'X', 'aab', 'X', 'a quantifier behind a blank'],
      [' (?i) a', 'x', 'X', 'A', 'X', 'blanks before the flags in front'],
      ['(?#c)(?i)a', '', 'X', 'A', 'X', 'a comment before them'],
      ['x*', '', '-', 'abxd', '-a-b--d-', 'empty matches beside others'],
      ['', '', '-', 'ab', '-a-b-', 'nothing, everywhere'],
      ['(?<!a)', '', '-', 'a😀a', '-a😀-a', 'never inside of a character'],
      ['[😀-😂]', '', 'X', '😀😁😃', 'XX😃', 'ranges beyond the basic plane'],
      ['.{2}', '', 'X', '😀a😀', 'X😀', 'one character each'],
      ['a', '', '$1 $& $$', 'a', '$1 $& $$', 'a dollar is a dollar'],
      ['(a)', '', '\\1$1\\g<0>$', 'a', 'a$1a$', 'a dollar is a dollar, beside groups'],
      ['(a)', '', '\\g<1>1\\g<0>0', 'a', 'a1a0', 'numbers in brackets'],
      ['(a)', '', '\\n\\t\\r\\f\\v\\a\\b\\\\', 'a', '\n\t\r\f\u000b\u0007\b\\', 'control characters'],
      ['(a)', '', '\\0\\012\\101\\1011', 'a', '\u0000\nAA1', 'octal numbers'],
      ['(a)', '', '\\-\\.\\ \\/\\“', 'a', '\\-\\.\\ \\/\\“', 'a backslash before no letter stays'],
      ['a', '', '', 'banana', 'bnn', 'removed'],
      ['(?P<é>a)', '', '<\\g<é>>', 'a', '<a>', 'a name of any script'],
    ],
  )('%j %s → %j in %j gives %j: %s', (pattern, flags, replacement, text, expected) => {
    expect(replaceAll(ruleOf(pattern, flags, replacement), text)).toBe(expected);
  });
});

describe("JavaScript's spelling, where Python has none", () => {
  it.each<[pattern: string, text: string, expected: string, why: string]>([
    ['(?<n>a)\\k<n>', 'aa', '', 'named groups'],
    ['\\p{Lu}\\P{L}', 'aB1', 'a', 'properties of characters'],
    ['[\\p{Script=Greek}x]', 'axα', 'a', 'properties in sets'],
    ['\\u{1F600}|[\\u{2014}]', 'a😀—', 'a', 'code points in braces'],
    ['(?<=a{1,3})b', 'aab b', 'aa b', 'look-behind of no fixed length'],
    ['\\ud83d\\ude00', '😀', '😀', 'two halves are two characters, as in Python'],
    ['[\\ud83d]', '😀\ud83d', '😀', 'half a pair is a character'],
  ])('%j in %j gives %j: %s', (pattern, text, expected) => {
    expect(replaceAll(ruleOf(pattern), text)).toBe(expected);
  });
});

describe('what is known of a rule', () => {
  it.each<[pattern: string, longest: number | undefined, context: number, forgotten: number, why: string]>([
    ['abc', 3, 2, 0, 'characters; the context is one character, which may be two units'],
    ['a😀', 3, 2, 0, 'a character beyond the basic plane is two units'],
    ['[a-z]|[😀]|.', 2, 2, 0, 'and so may be one of a set'],
    ['[a-z\\s]', 1, 2, 0, 'but not of every set'],
    ['\\w', 2, 2, 0, 'a class'],
    ['a{2,5}b', 6, 2, 0, 'a repetition'],
    ['(ab)+', undefined, 2, 0, 'a repetition without a limit'],
    ['(?:^)+a', 1, 2, 0, 'a repetition of nothing'],
    ['(?:\\b(?=a))*a', 1, 2, 2, 'a look-ahead repeated'],
    ['(abc)\\1', 6, 2, 0, 'what comes again'],
    ['(?>ab|c)', 2, 2, 0, 'the longest alternative'],
    ['(?<=abc)d(?=ef)', 1, 3, 0, 'look-around is not part of the match'],
    ['(?<=(?<=ab)cd)e', 1, 4, 0, 'look-behind in look-behind'],
    ['(?<=\\babc)d', 1, 5, 0, 'an anchor needs the character before it'],
    ['(?:a(?=bc))+', undefined, 2, 3, 'a look-ahead in a repetition, and what may follow it'],
    ['(?:a(?=bc))?', 1, 2, 0, 'an optional part is no repetition'],
    ['(?:a(?=b$))+', undefined, 2, 4, '$ sees a line break and the end'],
    ['(?:a(?=b*))+', undefined, 2, Infinity, 'without a limit'],
    ['(?:a(?<=b))+', undefined, 2, 0, 'a look-behind does not count'],
    ['(?=ab(?:c(?!d))+)a', 1, 2, Infinity, 'in a repetition in a look-ahead'],
    ['(?=ab(?:c(?!d)){2})a', 1, 2, 6, 'in a repetition in a look-ahead, with a limit'],
  ])('%j: %s, %i, %i: %s', (pattern, longest, context, forgotten) => {
    const rule = ruleOf(pattern);
    expect([rule.longestMatchChars, rule.contextChars, rule.forgottenChars]).toEqual([
      longest,
      context,
      forgotten,
    ]);
  });

  it('makes expressions once for each rule', () => {
    const rule = ruleOf('a');
    expect(expressionsOf(rule)).toBe(expressionsOf(rule));
    expect(expressionsOf(ruleOf('a'))).not.toBe(expressionsOf(rule));
  });

  it('is plain data', () => {
    const rule = ruleOf('(?P<n>a)(?:b(?=c))*', 'i', '\\g<n>$');
    expect(structuredClone(rule)).toEqual(rule);
  });
});
