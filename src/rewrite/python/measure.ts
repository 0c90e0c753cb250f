// How much text a pattern can match and needs to see, and how much work it can be. Bounds, never below the truth.
import { assertNever } from '../../std/assert-never.ts';
import { childrenOf, contains } from './tree.ts';
import type { CharSet, Node } from './tree.ts';

/** UTF-16 units of the longest match; Infinity without a limit. */
export function longestChars(node: Node): number {
  switch (node.kind) {
    case 'char':
      return node.code > 0xffff ? 2 : 1;
    case 'set':
      return isBelowAstral(node) ? 1 : 2;
    case 'reference':
      return node.longestChars;
    case 'repeat':
      return times(node.max, longestChars(node.body));
    case 'choice':
      return Math.max(...node.items.map(longestChars));
    case 'look':
    case 'anchor':
      return 0;
    case 'sequence':
    case 'group':
    case 'atomic':
      return sum(childrenOf(node).map(longestChars));
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

/** Whether it can match without taking a character. */
export function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
    case 'set':
      return false;
    case 'look':
    case 'anchor':
    case 'reference':
      return true;
    case 'repeat':
      return node.min === 0 || canBeEmpty(node.body);
    case 'choice':
      return node.items.some(canBeEmpty);
    case 'sequence':
    case 'group':
    case 'atomic':
      return childrenOf(node).every(canBeEmpty);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

/**
 * Whether a way to match nothing may come before a way to match something. Behind an empty match, Python looks for one
 * that is not empty at the same place, JavaScript goes on behind the next character: they differ for such patterns.
 */
export function prefersEmpty(body: Node): boolean {
  return canBeEmpty(body) && contains(body, isEmptyFirst);
}

function isEmptyFirst(node: Node): boolean {
  if (node.kind === 'repeat') return node.isLazy && node.max > node.min;
  if (node.kind !== 'choice') return false;
  const firstEmpty = node.items.findIndex(canBeEmpty);
  return firstEmpty >= 0 && node.items.slice(firstEmpty + 1).some((item) => longestChars(item) > 0);
}

/** UTF-16 units before a match that decide on it. An anchor looks at one character, which may be two units. */
export function contextChars(node: Node): number {
  if (node.kind === 'anchor') return 2;
  const inside = Math.max(0, ...childrenOf(node).map(contextChars));
  return node.kind === 'look' && node.direction === 'behind' ? longestChars(node.body) + inside : inside;
}

/**
 * UTF-16 units beyond the end of a match that look-aheads inside of repetitions have seen, at most. Those elsewhere
 * remember by themselves whether they have come to the end of the text; a repetition forgets what its rounds remember.
 */
export function forgottenChars(node: Node): number {
  if (node.kind === 'repeat' && node.max > 1) return aheadChars(node.body);
  const inside = Math.max(0, ...childrenOf(node).map(forgottenChars));
  return inside > 0 && node.kind === 'look' ? longestChars(node.body) + inside : inside;
}

/** One more than the text of a look-ahead, for an anchor at its end. */
function aheadChars(node: Node): number {
  if (node.kind === 'anchor') return node.anchor === 'last-line-end' ? 2 : 0;
  const inside = Math.max(0, ...childrenOf(node).map(aheadChars));
  return node.kind === 'look' && node.direction === 'ahead' ? longestChars(node.body) + 1 + inside : inside;
}

function isBelowAstral(set: CharSet): boolean {
  return !set.isNegated && set.items.every((item) => item.kind === 'range' && item.to <= 0xffff);
}

function times(count: number, value: number): number {
  return count === 0 || value === 0 ? 0 : count * value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
