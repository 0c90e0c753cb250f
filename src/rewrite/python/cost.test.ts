import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTextRule, replaceAll } from '../pattern.ts';
import { FEW_STEPS, searchSteps, stepsPerStart, stepsWithin } from './cost.ts';
import { parsePattern } from './parse.ts';
import type { Anchor, Node, Repeat } from './tree.ts';

/** A search at one place of a text. */
interface Search {
  readonly text: string;
  /** Called for every step. */
  readonly count: () => void;
  /** As live-source.ts has it: what would need to see beyond the end of the text succeeds there. */
  readonly isLive: boolean;
}

/** Ends of the ways in which a node matches at a place, in order, each taken only when those before it have failed. */
function* ends(node: Node, search: Search, at: number): Generator<number> {
  const { text, count, isLive } = search;
  const isEnd = at === text.length;
  switch (node.kind) {
    case 'char':
    case 'set':
      count();
      if (isEnd && isLive) yield at;
      else if (!isEnd && isIn(node, text.charCodeAt(at))) yield at + 1;
      return;
    case 'anchor':
      count();
      if ((isEnd && isLive) || holds(node.anchor, text, at)) yield at;
      return;
    case 'sequence':
      yield* inSequence(node.items, search, at);
      return;
    case 'choice':
      for (const item of node.items) {
        count();
        yield* ends(item, search, at);
      }
      return;
    case 'repeat':
      yield* rounds(node, 0, search, at);
      return;
    case 'group':
      yield* ends(node.body, search, at);
      return;
    case 'atomic': {
      const first = ends(node.body, search, at).next();
      if (first.done !== true) yield first.value;
      return;
    }
    case 'look':
      if (node.isNegative && isLive) {
        if ([...ends(node.body, search, at)].includes(text.length)) yield at;
        if (ends(node.body, { ...search, isLive: false }, at).next().done === true) yield at;
      } else if ((ends(node.body, search, at).next().done === true) === node.isNegative) yield at;
      return;
    case 'reference':
      throw new Error('not in these patterns');
  }
}

function holds(anchor: Anchor, text: string, at: number): boolean {
  if (anchor === 'text-start') return at === 0;
  return at === text.length || (anchor === 'last-line-end' && text.slice(at) === '\n');
}

function* inSequence(items: readonly Node[], search: Search, at: number): Generator<number> {
  const [first, ...rest] = items;
  if (first === undefined) yield at;
  else for (const end of ends(first, search, at)) yield* inSequence(rest, search, end);
}

function* rounds(node: Repeat, done: number, search: Search, at: number): Generator<number> {
  if (node.isLazy && done >= node.min) yield at;
  if (done < node.max) {
    for (const end of ends(node.body, search, at)) {
      if (end > at || done < node.min) yield* rounds(node, done + 1, search, end);
    }
  }
  if (!node.isLazy && done >= node.min) yield at;
}

function isIn(node: Extract<Node, { kind: 'char' | 'set' }>, code: number): boolean {
  if (node.kind === 'char') return node.code === code;
  const found = node.items.some((item) => item.kind === 'range' && item.from <= code && code <= item.to);
  return found !== node.isNegated;
}

describe('stepsPerStart', () => {
  it.each<[pattern: string, steps: number, why: string]>([
    ['', 1, 'the only alternative'],
    ['abc', 4, 'a step for each character'],
    ['a|bc', 5, 'all alternatives'],
    ['a?b', 4, 'b is tried behind both ways'],
    ['a{2}b', 4, 'one way'],
    ['a{1,3}b', 7, 'three ways'],
    ['(?:a|b)c', 7, 'two ways'],
    ['(?:a|b){2}', 13, 'rounds behind each way of the round before'],
    ['(?:a|b){0,2}c', 20, 'seven ways to come to c'],
    ['(?>a|b)c', 6, 'one way'],
    ['(?=a|b)c', 6, 'one way'],
    ['(?<!ab)"', 5, 'look-behind is tried'],
    ['^a$', 4, 'places'],
    ['\\n{3,}', 5, 'what the last repetition runs over becomes part of the match'],
    ['(a|b+)', 6, 'at the end of an alternative too'],
    ['x(?:[ab])*', 3, 'around a single character'],
    ['a+?', 3, 'also as short as possible'],
    ['a{10001}', 10_002, 'as often as it says'],
    ['(?:a|b){2000}c{0}', Infinity, 'more than can be counted'],
    ['(a)(?:\\1){0}b', 4, 'what is never tried'],
    ['(?:a|b){4294967290}', Infinity, 'at once'],
    ['(?!ab)c', 9, 'tried for an unfinished text first'],
    ['(?:(?!a)b){2}', 22, 'in one way each time'],
    ['a*b', Infinity, 'something comes behind it'],
    ['(?:ab)*', Infinity, 'more than one character'],
    ['(?:a+){2}', Infinity, 'it is repeated'],
    ['(?=a*)', Infinity, 'what it runs over is run over again'],
    ['(?>a*)', Infinity, 'an atomic group'],
    ['(a)\\1', Infinity, 'a reference'],
    ['(?:a|a){64}b', 2 ** 64, 'far too many ways'],
  ])('%s costs %d: %s', (pattern, steps) => {
    const counted = stepsPerStart(parsePattern(pattern, '').body);
    if (steps > 2 ** 60) expect(counted).toBeGreaterThanOrEqual(steps);
    else expect(counted).toBe(steps);
  });

  it.each<[pattern: string, chars: number, steps: number, why: string]>([
    ['a*b', 0, 3, 'a is tried once'],
    ['a*b', 10, 1 + 11 + 11, 'ten rounds and one that fails; b is tried behind each and before'],
    ['a*?b', 10, 1 + 11 + 11, 'in whatever order'],
    ['a{3,}b', 10, 1 + 14 + 11, 'the first rounds may take nothing'],
    ['(?:a*)*b', 2, 1 + (1 + 3 + 9) * 4 + (1 + 3 + 9), 'rounds in rounds'],
    ['(?:a|b)*c', 3, 1 + 15 * 4 + 15, 'two ways a round'],
    ['a{2,4}b', 1, 7, 'there is not enough text for all rounds'],
    ['a{2,4}b', 2, 8, 'just enough'],
    ['a*', 10, 2, 'at the end'],
    ['(?=a*)', 10, 13, 'not at the end'],
    ['(?>a*)b', 10, 14, 'one way'],
    ['(?<=(?=a*)b)c', 10, Infinity, 'a look-behind begins where more text is left'],
    ['(a)\\1', 10, Infinity, 'a reference'],
  ])('%s before %d characters costs %d: %s', (pattern, chars, steps) => {
    expect(stepsPerStart(parsePattern(pattern, '').body, chars)).toBe(steps);
  });
});

const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '^', '$', '\\Z', '(?:)');
const { pattern } = fc.letrec<{ pattern: string; item: string }>((tie) => ({
  pattern: fc
    .array(
      fc.array(tie('item'), { minLength: 1, maxLength: 3 }).map((items) => items.join('')),
      { minLength: 1, maxLength: 3 },
    )
    .map((parts) => parts.join('|')),
  item: fc.oneof(
    { maxDepth: 3 },
    { arbitrary: atom, weight: 4 },
    { arbitrary: fc.constantFrom('a?', 'b{2}', '[ab]{1,3}?', 'a+', 'b*', 'a{2,}?', '.*?'), weight: 4 },
    {
      arbitrary: fc
        .tuple(
          fc.constantFrom('(', '(?>', '(?=', '(?!'),
          tie('pattern'),
          fc.constantFrom('', '', '?', '{2}', '{0,2}?', '*', '+?'),
        )
        .map(([open, body, sign]) => `${open}${body})${sign}`),
      weight: 3,
    },
  ),
}));
const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });

describe('a backtracking search', () => {
  it.each([false, true])('never takes more steps than are counted; for an unfinished text: %s', (isLive) => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const { body } = parsePattern(source, '');
        const most = stepsWithin(searchSteps(body), text.length);
        if (most > 20_000 && stepsPerStart(body) > 2_000) return;
        let total = 0;
        for (let start = 0; start <= text.length;) {
          let steps = 0;
          const first = ends(body, { text, count: () => void (steps += 1), isLive }, start).next();
          const matched = first.done === true ? 0 : first.value - start;
          expect(steps).toBeLessThanOrEqual(stepsPerStart(body, text.length - start) + matched);
          expect(steps).toBeLessThanOrEqual(stepsPerStart(body) + matched);
          total += steps;
          start += Math.max(1, matched);
        }
        expect(total).toBeLessThanOrEqual(most);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('what is few steps', () => {
  it.each<[pattern: string, fewChars: number, muchChars: number, why: string]>([
    ['\\s+x', 250, 500, 'a run that may fail'],
    ['<.*?>', 250, 500, 'a passage that may not end'],
    ['\\*[^*]+\\*', 250, 500, 'the same between two characters alike'],
    ['\\bword\\w*\\b', 250, 500, 'a run that gives back'],
    ['<b>([\\s\\S]*?)</b>', 150, 300, 'a passage between tags'],
    ['.*.*.*x', 15, 50, 'three runs'],
    ['(a|a)+$', 4, 16, 'two ways for each character'],
    ['x{300}', 300, 500, 'a long pattern'],
    ['(?:a|b){2000}c{0}', -8, 0, 'more ways than can be counted'],
    ['(a)\\1', -8, 0, 'nothing is known of references'],
  ])('%s is for %d characters, not for %d: %s', (source, few, much) => {
    const bounds = searchSteps(parsePattern(source, '').body);
    expect(stepsWithin(bounds, Math.max(0, few))).toBeLessThanOrEqual(few < 0 ? Infinity : FEW_STEPS);
    expect(stepsWithin(bounds, much)).toBe(Infinity);
  });

  it('is never less for a longer text', () => {
    const bounds = searchSteps(parsePattern('a*b', '').body);
    expect(stepsWithin(bounds, 0)).toBe(8 * 4);
    expect(stepsWithin(bounds, 1)).toBe(8 * (4 + 20));
    expect(stepsWithin(bounds, 8)).toBe(8 * (4 + 20));
    expect(stepsWithin(bounds, 9)).toBe(8 * (4 + 20 + 36));
    expect(bounds.at(-1)).toBeLessThanOrEqual(FEW_STEPS);
    expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  });
});

describe('what is called harmless', () => {
  it.each<[pattern: string, harmless: boolean, why: string]>([
    ['"', true, 'a character'],
    ['â€™|â€œ|â€\\x9d', true, 'some literals'],
    ['\\bteh\\b', true, 'a word'],
    ['[“”]', true, 'a set'],
    ['\\.{4,}', true, 'a run at the end'],
    ['colou?r', true, 'an optional character'],
    ['x'.repeat(199), true, 'as long as may be'],
    ['x'.repeat(200), false, 'longer'],
    ['\\s+$', false, 'a run that may fail'],
    ['<think>[\\s\\S]*?</think>', false, 'a passage that may not end'],
    ['(a|a)+$', false, 'two ways for each character'],
    ['.*.*.*x', false, 'three runs'],
  ])('%s is %s: %s', (pattern, harmless) => {
    const compiled = compileTextRule({ pattern, flags: '', replacement: '' });
    expect(compiled.kind === 'valid' && compiled.rule.isHarmless).toBe(harmless);
  });

  it('runs over hostile texts in no time', () => {
    for (const pattern of [`${'a'.repeat(150)}b`, '(?:a|aa|aaa){3}b', 'a{1,19}b', 'a{50,}', 'b|a?a?a?a?c']) {
      const compiled = compileTextRule({ pattern, flags: '', replacement: '' });
      if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
      expect(compiled.rule.isHarmless).toBe(true);
      const text = 'a'.repeat(20_000);
      expect(replaceAll(compiled.rule, text)).toBe(pattern === 'a{50,}' ? '' : text);
    }
  });
});
