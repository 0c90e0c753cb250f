// How much work one try of a pattern can be: an upper bound, from its tree alone.
//
// Why it is one. An engine that backtracks tries the ways in which a part can match one after the other, and for each of
// them whatever follows. With s(A) the steps to try all ways of A at one place, and w(A) how many ways there are:
// - a character, set or anchor is one step and one way;
// - A then B costs s(A) + w(A)·s(B), in w(A)·w(B) ways; A or B costs s(A) + s(B), and a step for each, in w(A) + w(B) ways;
// - A repeated up to n times begins round k + 1 from each of the w(A)^k ends of round k: the sum over k < n of
//   w(A)^k·s(A), in as many ways as there are ends of rounds from the least number on;
// - look-around and atomic groups try at most all ways of their body, and have one way or none.
// Nothing is remembered of earlier tries, so this bounds the steps for every text. A repetition without a limit has none
// and counts as endless, but for one: of a single character, as the very last thing of the whole pattern. It can not fail
// once it has its least number, nothing behind it can, so what it runs over is part of the match, and the search goes on
// behind it: all its rounds together are at most as many as the text has characters.
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
 */
export function stepsPerStart(tree: Node): number {
  return costOf(tree, true).steps;
}

/** @param isLast nothing of the pattern comes behind this node */
function costOf(node: Node, isLast: boolean): Cost {
  switch (node.kind) {
    case 'char':
    case 'set':
    case 'anchor':
      return { steps: 1, ways: 1 };
    case 'reference':
      return { steps: Infinity, ways: 1 };
    case 'sequence':
      return sequenceCost(node.items, isLast);
    case 'choice':
      return choiceCost(node.items, isLast);
    case 'group':
      return costOf(node.body, isLast);
    case 'atomic':
    case 'look':
      return { steps: costOf(node.body, false).steps, ways: 1 };
    case 'repeat':
      return isLast && node.max === Infinity && oneCharacter(node.body) !== undefined
        ? { steps: node.min + 1, ways: 1 }
        : repeatCost(node);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

function sequenceCost(items: readonly Node[], isLast: boolean): Cost {
  let steps = 0;
  let ways = 1;
  for (const [index, item] of items.entries()) {
    const cost = costOf(item, isLast && index === items.length - 1);
    steps += ways * cost.steps;
    ways *= cost.ways;
  }
  return { steps, ways };
}

function choiceCost(items: readonly Node[], isLast: boolean): Cost {
  let steps = 0;
  let ways = 0;
  for (const item of items) {
    const cost = costOf(item, isLast);
    steps += cost.steps + 1;
    ways += cost.ways;
  }
  return { steps, ways };
}

/** More rounds are never harmless, and need not be counted. */
const MANY_ROUNDS = 10_000;

function repeatCost({ body, min, max }: Repeat): Cost {
  if (max > MANY_ROUNDS) return { steps: Infinity, ways: Infinity };
  const round = costOf(body, false);
  let steps = 0;
  let ways = 0;
  let ends = 1;
  for (let rounds = 0; rounds <= max; rounds += 1) {
    if (rounds >= min) ways += ends;
    if (rounds < max) steps += ends * round.steps;
    ends *= round.ways;
  }
  return { steps, ways };
}
