// How much work a search for a pattern can be: upper bounds, from its tree alone.
//
// Why they are bounds. An engine that backtracks tries the ways in which a part can match one after the other, and for
// each of them whatever follows. With s(A) the steps to try all ways of A at one place, and w(A) how many ways there are:
// - a character, set or anchor is one step and one way;
// - A then B costs s(A) + w(A)·s(B), in w(A)·w(B) ways; A or B costs s(A) + s(B), and a step for each, in w(A) + w(B) ways;
// - A repeated up to n times begins round k + 1 from each of the w(A)^k ends of round k: the sum over k < n of
//   w(A)^k·s(A), in as many ways as there are ends of rounds from the least number on;
// - look-around and atomic groups try at most all ways of their body, and have one way or none; what a look-behind sees
//   is behind the starting place, so no repetition in it has a bound of its own.
// Nothing is remembered of earlier tries, so this bounds the steps for every text. Where n characters are left, a repetition
// without a limit has at most its least number of rounds and n more, since a round more that takes nothing fails; in a
// text of any length it is endless. So the steps grow with a power of n for ordinary patterns, and with w^n for `(a|a)+`.
//
// One repetition costs less: of a single character, as the very last thing of the whole pattern. It can not fail once it
// has its least number, nothing behind it can, so what it runs over is part of the match, and the search goes on behind
// it: all its rounds together are at most as many as the text has characters.
//
// All this holds for the expression for unfinished texts, too (live-source.ts): its marks add a few tests to a step, but
// no ways, except that a negative look-ahead is tried twice, in one way each.
import { assertNever } from '../../std/assert-never.ts';
import { oneCharacter } from './tree.ts';
import type { Node, Repeat } from './tree.ts';

interface Cost {
  readonly steps: number;
  readonly ways: number;
}

/**
 * Steps from one starting place at most, without those over text that becomes part of the match; Infinity if there
 * is no bound. References count as endless: their text may be long.
 * @param chars UTF-16 units of the text at most that are left there
 */
export function stepsPerStart(tree: Node, chars = Infinity): number {
  return costOf(tree, true, chars).steps;
}

/**
 * What is done at once all together, of what has no bound for texts of any length: at most 0.7 ms of the engine's work on
 * a machine of 2 cores (7 ns a step, measured 2026-11-23 with `(?:a?){8}b` on a run of `a`), and 2.5 ms where an
 * expression runs for the first time, which the engine then interprets. Ordinary patterns need a tenth of their bound.
 */
export const FEW_STEPS = 100_000;

/** Bounds are known for lengths so far apart. */
const GRAIN_CHARS = 8;

/**
 * Steps of a search at most, by the length of the text: at place i for up to 8·i UTF-16 units from where it begins. Ends
 * before they are more than `FEW_STEPS`.
 */
export function searchSteps(tree: Node): readonly number[] {
  const bounds: number[] = [];
  let steps = 0;
  for (let chars = 0; ; chars += GRAIN_CHARS) {
    // From each place on, there is only so much text left. One step more: over text that becomes part of a match.
    steps += GRAIN_CHARS * (stepsPerStart(tree, chars) + 1);
    if (steps > FEW_STEPS) return bounds;
    bounds.push(steps);
  }
}

/** What `searchSteps` says of a text; Infinity where it says nothing. */
export function stepsWithin(bounds: readonly number[], chars: number): number {
  return bounds[Math.ceil(chars / GRAIN_CHARS)] ?? Infinity;
}

/** @param isLast nothing of the pattern comes behind this node */
function costOf(node: Node, isLast: boolean, chars: number): Cost {
  switch (node.kind) {
    case 'char':
    case 'set':
    case 'anchor':
      return { steps: 1, ways: 1 };
    case 'reference':
      return { steps: Infinity, ways: 1 };
    case 'sequence':
      return sequenceCost(node.items, isLast, chars);
    case 'choice':
      return choiceCost(node.items, isLast, chars);
    case 'group':
      return costOf(node.body, isLast, chars);
    case 'atomic':
      return { steps: costOf(node.body, false, chars).steps, ways: 1 };
    case 'look': {
      const { steps } = costOf(node.body, false, node.direction === 'ahead' ? chars : Infinity);
      const tries = node.isNegative && node.direction === 'ahead' ? 2 : 1;
      return { steps: tries * steps, ways: tries };
    }
    case 'repeat':
      return isLast && node.max === Infinity && oneCharacter(node.body) !== undefined
        ? { steps: node.min + 1, ways: 1 }
        : repeatCost(node, chars);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

function sequenceCost(items: readonly Node[], isLast: boolean, chars: number): Cost {
  let steps = 0;
  let ways = 1;
  for (const [index, item] of items.entries()) {
    const cost = costOf(item, isLast && index === items.length - 1, chars);
    steps += times(ways, cost.steps);
    ways *= cost.ways;
  }
  return { steps, ways };
}

function choiceCost(items: readonly Node[], isLast: boolean, chars: number): Cost {
  let steps = 0;
  let ways = 0;
  for (const item of items) {
    const cost = costOf(item, isLast, chars);
    steps += cost.steps + 1;
    ways += cost.ways;
  }
  return { steps, ways };
}

function repeatCost({ body, min, max }: Repeat, chars: number): Cost {
  const round = costOf(body, false, chars);
  const mostRounds = Math.min(max, min + chars);
  // The round after the last one is tried, too.
  const mostTries = Math.min(max, mostRounds + 1);
  return {
    steps: times(sumOfPowers(round.ways, 0, mostTries - 1), round.steps),
    ways: sumOfPowers(round.ways, min, mostRounds),
  };
}

/** Steps that are tried so often. Where there are none, or never tried, endless is nothing: `(a*b*){0}`. */
function times(count: number, steps: number): number {
  return count === 0 || steps === 0 ? 0 : count * steps;
}

/** The sum of base^k for k between these two; may be Infinity. */
function sumOfPowers(base: number, from: number, to: number): number {
  if (base === 1) return to - from + 1;
  let sum = 0;
  for (let power = from; power <= to && sum < Infinity; power += 1) sum += base ** power;
  return sum;
}
