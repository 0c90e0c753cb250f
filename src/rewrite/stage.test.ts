import { describe, expect, it } from 'vitest';
import { compileTextRule, replaceAll } from './pattern.ts';
import type { TextRule } from './pattern.ts';
import { MAX_HELD_CHARS, STAGE_START, stageStep } from './stage.ts';

function ruleOf(pattern: string, replacement = '', flags = ''): TextRule {
  const compiled = compileTextRule({ pattern, flags, replacement });
  if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
  return compiled.rule;
}

/** What goes on after each piece; the last is what the end brings. */
function passedOn(rule: TextRule, pieces: readonly string[]): readonly string[] {
  let state = STAGE_START;
  const passed = pieces.map((piece) => {
    const step = stageStep(rule, state, piece, false);
    state = step.state;
    return step.text;
  });
  return [...passed, stageStep(rule, state, '', true).text];
}

describe('a stage passes on at once what is decided', () => {
  it.each<[pattern: string, pieces: string[], passed: string[], why: string]>([
    ['"', ['say "', 'hi"'], ['say <">', 'hi<">', ''], 'a character is decided as soon as it is there'],
    ['â€™', ['it', 'â', '€', '™s'], ['it', '', '', '<â€™>s', ''], 'a pair waits for its other half'],
    ['â€™', ['itâ', 'te'], ['it', 'âte', ''], 'and goes on when that does not come'],
    ['â€™', ['itâ'], ['it', 'â'], 'or when the end comes'],
    ['ab', ['aa', 'ab'], ['a', 'a<ab>', ''], 'only what may still match is held'],
    ['\\n{3,}', ['a\n', '\n', '\n', 'b'], ['a', '', '', '<\n\n\n>b', ''], 'a run may go on'],
    ['\\n{3,}', ['a\n\nb'], ['a\n\nb', ''], 'a run that was too short'],
    [
      'a{2,3}',
      ['a', 'a', 'a', 'a'],
      ['', '', '', '<aaa>', 'a'],
      'a run that is as long as it may be, with one more',
    ],
    ['a{2}', ['a', 'a', 'a'], ['', '<aa>', '', 'a'], 'a run of a fixed length'],
    ['ba+?', ['b', 'a', 'a'], ['', '<ba>', 'a', ''], 'as short as possible'],
    ['ba{2,}?', ['ba', 'a', 'a'], ['', '<baa>', 'a', ''], 'as short as possible, from a number on'],
    ['ba{2,3}?c', ['ba', 'a', 'a', 'd'], ['', '', '', 'baaad', ''], 'as short as possible, up to a number'],
    ['a++b', ['a', 'ac'], ['', 'aac', ''], 'possessive'],
    ['(?>a|ab)c', ['a', 'bc'], ['', 'abc', ''], 'an atomic group'],
    ['(?:ab)+', ['ab', 'a', 'c'], ['', '', '<ab>ac', ''], 'a group repeated'],
    ['(?:ab)+?', ['ab', 'ab'], ['<ab>', '<ab>', ''], 'a group repeated as rarely as possible'],
    ['(?:ab){2}', ['ab', 'ab', 'a'], ['', '<abab>', '', 'a'], 'a group repeated a fixed number of times'],
    ['(?:ab)?c', ['a', 'b', 'c', 'c'], ['', '', '<abc>', '<c>', ''], 'an optional group'],
    ['ab|a', ['a', 'c'], ['', '<a>c', ''], 'the longer alternative may still come'],
    ['a|ab', ['a', 'b'], ['<a>', 'b', ''], 'the shorter one comes first'],
    [
      '<t>[\\s\\S]*?</t>\\s*',
      ['x<', 't>a', '</t', '> ', 'y'],
      ['x', '', '', '', '<<t>a</t> >y', ''],
      'a passage',
    ],
    ['<t>[\\s\\S]*?</t>', ['<t>a</t>b'], ['<<t>a</t>>b', ''], 'a passage that is whole'],
    ['[ab]b', ['a', 'b'], ['', '<ab>', ''], 'a set'],
    ['x.', ['x', '\n', 'x', 'y'], ['', 'x\n', '', '<xy>', ''], 'a dot'],
    ['a$', ['a', '\n', 'b'], ['', '', 'a\nb', ''], '$ before one line break'],
    ['a$', ['a', '\n'], ['', '', '<a>\n'], '$ at the end'],
    ['a\\Z', ['a', '\n'], ['', 'a\n', ''], '\\Z at the end'],
    ['\\s+$', ['a ', 'b '], ['a', ' b', '< >'], 'blanks at the end'],
    ['(?m)a$', ['a', '\na'], ['', '<a>\n', '<a>'], '$ at the end of a line'],
    ['(?m)^a', ['a\n', 'a'], ['<a>\n', '<a>', ''], '^ at the beginning of a line'],
    ['^a', ['a', 'a'], ['<a>', 'a', ''], '^ at the beginning only'],
    ['a\\b', ['a', 'b', 'a', ' '], ['', 'ab', '', '<a> ', ''], 'the end of a word'],
    ['\\ba', ['a', 'a', ' a'], ['<a>', 'a', ' <a>', ''], 'the beginning of a word, one character back'],
    ['\\B-', ['a', '-', '-'], ['a', '-', '<->', ''], 'no end of a word'],
    ['a(?=bc)', ['a', 'b', 'c'], ['', '', '<a>bc', ''], 'a look-ahead'],
    ['a(?!bc)', ['a', 'b', 'c', 'ad'], ['', '', '', 'abc<a>d', ''], 'a negative look-ahead'],
    ['a(?!b$)', ['ab', '\n', 'c'], ['', '', '<a>b\nc', ''], 'a negative look-ahead to the end'],
    ['(?<=ab)c', ['a', 'b', 'c'], ['a', 'b', '<c>', ''], 'a look-behind over two pieces'],
    ['(?<!ab)c', ['ab', 'c', 'c'], ['ab', 'c', '<c>', ''], 'a negative look-behind'],
    ['(?<=^a)b', ['a', 'b', 'ab'], ['a', '<b>', 'ab', ''], 'the beginning, looked back at'],
    ['(\\w+) \\1', ['the ', 't', 'he', ' x'], ['', '', '<the the>', ' ', 'x'], 'what comes again'],
    ['(?i)(ab)\\1', ['abA', 'B', 'abx'], ['', '<abAB>', 'abx', ''], 'what comes again, ignoring case'],
    ['(ab)\\1', ['ab', 'x'], ['', 'abx', ''], 'what does not come again'],
    ['x*', ['a', 'x', 'b'], ['<>a', '', '<x><>b', '<>'], 'empty matches'],
    ['(?<=a)', ['a', 'b'], ['a', '<>b', ''], 'an empty match between pieces'],
    ['(?:)', ['a', '', 'b'], ['<>a<>', '', 'b<>', ''], 'an empty match is not found twice'],
    ['😀', ['\ud83d', '\ude00'], ['', '<😀>', ''], 'half a character waits for the other half'],
    ['x', ['a\ud83d', 'x'], ['a', '\ud83d<x>', ''], 'half a character that remains one'],
    ['(?<=😀)b', ['😀', 'b'], ['😀', '<b>', ''], 'a character of two units before a match'],
    ['(?<![^😀])b', ['😀', 'b'], ['😀', '<b>', ''], 'which is never seen in half'],
    ['(?:(?!b)a)*c', ['a', 'c'], ['', '', '<ac>'], 'a look-ahead in a repetition is waited for'],
    ['(?:(?!bb)a)+c', ['ac', '12', '3'], ['', '', '<ac>123', ''], 'as many characters as it sees'],
    ['(?:a$|b)+c', ['bc', '1', '2'], ['', '', '<bc>12', ''], '$ in a repetition too'],
  ])('%j with %j gives %j: %s', (pattern, pieces, passed) => {
    const rule = ruleOf(pattern, '<\\g<0>>');
    expect(passedOn(rule, pieces)).toEqual(passed);
    expect(passed.join('')).toBe(replaceAll(rule, pieces.join('')));
  });

  it.each<[pattern: string, why: string]>([
    ['(?<=(?=ab)a)b', 'a look-ahead in a look-behind'],
    ['(?<=a$)b', '$ in a look-behind'],
    ['(?>(?=ab)a|b)', 'a look-ahead in an atomic group'],
    ['(?>a$|b)', '$ in an atomic group'],
    ['a(?!b(?=c))', 'a look-ahead in a negative one'],
    ['a(?!b(?!c))', 'a negative look-ahead in a negative one'],
    ['(?=(a))b\\1', 'a reference to a group in a look-ahead'],
  ])('%s holds everything: %s', (pattern) => {
    const rule = ruleOf(pattern, '<\\g<0>>');
    expect(passedOn(rule, ['x', 'y'])).toEqual(['', '', 'xy']);
  });

  it('gives the groups their texts', () => {
    const rule = ruleOf('(?:x(?!(y))|(a)b*+)(?P<n>c)|(d)', '[\\1|\\2|\\g<n>|\\4]$1');
    expect(passedOn(rule, ['a', 'bc', 'd', 'xc'])).toEqual(['', '[|a|c|]$1', '[|||d]$1', '[||c|]$1', '']);
    expect(replaceAll(rule, 'abcdxc')).toBe('[|a|c|]$1[|||d]$1[||c|]$1');
  });
});

describe('a stage keeps no more than it needs', () => {
  it('keeps the context that its pattern looks back at', () => {
    const { state } = stageStep(ruleOf('(?<=\\bab)c'), STAGE_START, '0123456789', false);
    expect(state).toEqual({ context: '6789', held: '', isPassed: false });
  });

  it('never keeps half a character', () => {
    expect(stageStep(ruleOf('b'), STAGE_START, 'x😀a', false).state.context).toBe('😀a');
    expect(stageStep(ruleOf('b'), STAGE_START, 'x😀', false).state.context).toBe('😀');
    expect(stageStep(ruleOf('b'), STAGE_START, 'x', false).state.context).toBe('x');
  });

  it('remembers an empty match at the end', () => {
    const { state } = stageStep(ruleOf('(?:)'), STAGE_START, 'a', false);
    expect(state).toEqual({ context: 'a', held: '', isPassed: true });
    expect(stageStep(ruleOf('(?:)'), state, '', false).state).toEqual(state);
  });

  it('passes on the oldest text when it would hold too much', () => {
    const rule = ruleOf('<t>[\\s\\S]*?</t>');
    const long = `<t>${'x'.repeat(MAX_HELD_CHARS - 3)}`;
    const { state, text } = stageStep(rule, STAGE_START, long, false);
    expect([text, state.held.length]).toEqual(['', MAX_HELD_CHARS]);
    expect(stageStep(rule, state, '</t>!', false).text).toBe('!');
    expect(stageStep(rule, state, 'y', false).text).toBe(`${long}y`);
  });

  it('still finds what begins within the text it holds', () => {
    const rule = ruleOf('<t>[\\s\\S]*?</t>', '!');
    const first = stageStep(rule, STAGE_START, `<t>${'x'.repeat(MAX_HELD_CHARS)}<t>y`, false);
    expect([first.text.length, first.state.held]).toEqual([MAX_HELD_CHARS + 3, '<t>y']);
    expect(stageStep(rule, first.state, '</t>', false).text).toBe('!');
  });

  it('never cuts a character when it passes on the oldest text', () => {
    const rule = ruleOf('[^!]+!');
    const step = stageStep(rule, STAGE_START, `x${'😀'.repeat(MAX_HELD_CHARS / 2)}a`, false);
    expect(step.text).toBe('x😀');
    expect(step.state.held.length).toBe(MAX_HELD_CHARS - 1);
    const even = stageStep(rule, STAGE_START, `x${'😀'.repeat(MAX_HELD_CHARS / 2)}`, false);
    expect(even.text).toBe('x');
  });
});
