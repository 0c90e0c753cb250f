import { describe, expect, it } from 'vitest';
import { compileTextRule } from './pattern.ts';
import { parsePattern } from './python/parse.ts';
import { expand, parseTemplate, replaceString } from './replacement.ts';
import type { Template } from './replacement.ts';

function text(value: string): Template[number] {
  return { kind: 'text', text: value };
}

function group(number: number): Template[number] {
  return { kind: 'group', group: number };
}

describe('a replacement', () => {
  const tree = parsePattern('(?P<one>a)(b)?', '');

  it.each<[replacement: string, template: Template, inJavaScript: string, why: string]>([
    ['', [], '', 'nothing'],
    ['x', [text('x')], 'x', 'a text'],
    ['\\1', [group(1)], '$01', 'a group, with nothing around it'],
    ['\\g<one>\\2', [group(1), group(2)], '$01$02', 'nothing between groups'],
    ['a\\n\\101\\-b', [text('a\nA\\-b')], 'a\nA\\-b', 'texts beside one another are one'],
    ['$\\g<0>$1', [text('$'), group(0), text('$1')], '$$$&$$1', 'a dollar is a dollar'],
  ])('%j', (replacement, template, inJavaScript) => {
    expect(parseTemplate(replacement, tree, new Set())).toEqual(template);
    expect(replaceString(template, [0, 1, 2])).toBe(inJavaScript);
  });

  it('takes the groups as they are numbered there', () => {
    expect(replaceString([group(1), group(2), group(0)], [0, 2, 12])).toBe('$02$12$&');
  });

  it('is filled in with what the groups have matched, which may be nothing', () => {
    const texts = ['ab', 'a', undefined];
    expect(expand([text('<'), group(0), group(1), group(2), text('>')], (at) => texts[at])).toBe('<aba>');
  });
});

describe('a replacement that can not be used', () => {
  it.each<[pattern: string, replacement: string, offset: number, message: string]>([
    ['a', '\\1', 0, 'there is no group 1 in the pattern; it has 0'],
    ['(a)', '\\2x', 0, 'there is no group 2 in the pattern; it has 1'],
    ['(a)', 'x\\g<2>', 1, 'there is no group 2 in the pattern; it has 1'],
    ['(a)', '\\g<n>', 0, 'there is no group named n in the pattern'],
    ['(a)', '\\g<x1>', 0, 'there is no group named x1 in the pattern'],
    ['(a)', '\\g<1x>', 0, 'there is no group named 1x in the pattern'],
    ['(a)', '\\g<>', 0, '\\g needs a group behind it, as in \\g<1> or \\g<name>'],
    ['(a)', '\\g', 0, '\\g needs a group behind it, as in \\g<1> or \\g<name>'],
    ['(a)', '\\g<1', 0, '\\g needs a group behind it, as in \\g<1> or \\g<name>'],
    [
      '(a)',
      'a\\q',
      1,
      '\\q has no meaning in a replacement; write the character itself, or \\\\ for a backslash',
    ],
    [
      'a',
      '\\u2014',
      0,
      '\\u has no meaning in a replacement; write the character itself, or \\\\ for a backslash',
    ],
    [
      'a',
      '\\x41',
      0,
      '\\x has no meaning in a replacement; write the character itself, or \\\\ for a backslash',
    ],
    ['a', 'b\\', 1, 'the backslash at the end escapes nothing; write \\\\ for a backslash'],
    ['a', '\\400', 0, '\\400 is more than \\377; write the character itself'],
    ['a', '\\99', 0, 'there is no group 99 in the pattern; it has 0'],
    [
      '(?:(a)|b)+',
      '[\\1]',
      1,
      'group 1 stands in a repetition that may pass it by, so its text is not certain; put the group around the repetition',
    ],
    [
      '(?:(a)?)*b',
      '\\1',
      0,
      'group 1 stands in a repetition that may pass it by, so its text is not certain; put the group around the repetition',
    ],
    [
      '(a*)*b',
      '\\g<1>',
      0,
      'group 1 stands in a repetition that may pass it by, so its text is not certain; put the group around the repetition',
    ],
  ])('%j → %j at %i: %s', (pattern, replacement, offset, message) => {
    const problem = { part: 'replacement', offset, message };
    expect(compileTextRule({ pattern, flags: '', replacement })).toEqual({ kind: 'invalid', problem });
  });
});
