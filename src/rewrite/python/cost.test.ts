import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTextRule, replaceAll } from '../pattern.ts';
import { stepsPerStart } from './cost.ts';
import { parsePattern } from './parse.ts';
import type { Node } from './tree.ts';

/** Ends of the ways in which a node matches at a place, in order, each taken only when those before it have failed. */
function* ends(node: Node, text: string, at: number, count: () => void): Generator<number> {
  switch (node.kind) {
    case 'char':
    case 'set':
      count();
      if (text[at] !== undefined && isIn(node, text.charCodeAt(at))) yield at + 1;
      return;
    case 'anchor':
      count();
      if (node.anchor === 'text-start' ? at === 0 : at === text.length) yield at;
      return;
    case 'sequence':
      yield* inSequence(node.items, text, at, count);
      return;
    case 'choice':
      for (const item of node.items) {
        count();
        yield* ends(item, text, at, count);
      }
      return;
    case 'repeat':
      yield* rounds(node, 0, text, at, count);
      return;
    case 'group':
      yield* ends(node.body, text, at, count);
      return;
    case 'look':
    case 'atomic': {
      const first = ends(node.body, text, at, count).next();
      if (node.kind === 'atomic' && first.done !== true) yield first.value;
      if (node.kind === 'look' && (first.done === true) === node.isNegative) yield at;
      return;
    }
    case 'reference':
      throw new Error('not in these patterns');
  }
}

function* inSequence(items: readonly Node[], text: string, at: number, count: () => void): Generator<number> {
  const [first, ...rest] = items;
  if (first === undefined) yield at;
  else for (const end of ends(first, text, at, count)) yield* inSequence(rest, text, end, count);
}

function* rounds(
  node: Extract<Node, { kind: 'repeat' }>,
  done: number,
  text: string,
  at: number,
  count: () => void,
): Generator<number> {
  if (node.isLazy && done >= node.min) yield at;
  if (done < node.max) {
    for (const end of ends(node.body, text, at, count)) {
      if (end > at || done < node.min) yield* rounds(node, done + 1, text, end, count);
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
    ['a{10001}', Infinity, 'more than is ever harmless'],
    ['a{10000}', 10_001, 'as many as are counted'],
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

  const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '^', '(?:)');
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
      { arbitrary: fc.constantFrom('a?', 'b{2}', '[ab]{1,3}?', 'a+', 'b*', 'a{2,}?'), weight: 3 },
      {
        arbitrary: fc
          .tuple(
            fc.constantFrom('(', '(?>', '(?=', '(?!'),
            tie('pattern'),
            fc.constantFrom('', '?', '{2}', '{0,2}?'),
          )
          .map(([open, body, sign]) => `${open}${body})${sign}`),
        weight: 3,
      },
    ),
  }));

  it('is never less than the steps of a backtracking search', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 12 });
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        const { body } = parsePattern(source, '');
        const bound = stepsPerStart(body);
        if (bound > 2_000) return;
        for (let start = 0; start <= text.length; start += 1) {
          let steps = 0;
          const first = ends(body, text, start, () => void (steps += 1)).next();
          const matched = first.done === true ? 0 : first.value - start;
          expect(steps).toBeLessThanOrEqual(bound + matched);
        }
      }),
      { numRuns: 2_000 },
    );
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
