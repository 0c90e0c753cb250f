// Compares two JSON values as filters do (RFC 9535 §2.3.5.2.2); undefined is a value that is not there.
import { assertNever } from '../std/assert-never.ts';
import { isObject } from '../std/json.ts';
import type { Operator } from './json-path-query.ts';

/** Is told how many values will be looked at; when it says no, that was too much. */
type Spend = (looks: number) => boolean;

/** So much of a text is as much work as one value. */
const CHARACTERS_PER_LOOK = 1_024;

/** The work of reading a text, in values looked at. */
export function looksAt(text: string): number {
  return text.length / CHARACTERS_PER_LOOK;
}

/** Whether two values compare so. The answer means nothing once `spend` has said no. */
export function compares(left: unknown, operator: Operator, right: unknown, spend: Spend): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right, spend);
    case '!=':
      return !isEqual(left, right, spend);
    case '<':
      return isLess(left, right, spend);
    case '>':
      return isLess(right, left, spend);
    case '<=':
      return isLess(left, right, spend) || isEqual(left, right, spend);
    case '>=':
      return isLess(right, left, spend) || isEqual(left, right, spend);
    default:
      return assertNever(operator);
  }
}

type Pair = readonly [unknown, unknown];

/** Goes through both together, without calling itself: they may be deeper than the stack. */
function isEqual(one: unknown, other: unknown, spend: Spend): boolean {
  const waiting: Pair[] = [[one, other]];
  for (let pair = waiting.pop(); pair !== undefined; pair = waiting.pop()) {
    const inside = pairsInside(pair, spend);
    if (inside === undefined) return false;
    waiting.push(...inside);
  }
  return true;
}

/** The pairs that must be equal for these two to be; undefined when they are not. */
function pairsInside([left, right]: Pair, spend: Spend): readonly Pair[] | undefined {
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length || !spend(1 + left.length)) return undefined;
    return left.map((item: unknown, index): Pair => [item, right[index]]);
  }
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    const isAlike = names.length === Object.keys(right).length && spend(1 + names.length);
    if (!isAlike || !names.every((name) => Object.hasOwn(right, name))) return undefined;
    return names.map((name): Pair => [left[name], right[name]]);
  }
  if (typeof left === 'string' && !spend(looksAt(left))) return undefined;
  return left === right ? [] : undefined;
}

/** Numbers by size, texts by their code points; nothing else is less than another. */
function isLess(one: unknown, other: unknown, spend: Spend): boolean {
  if (typeof one === 'number' && typeof other === 'number') return one < other;
  if (typeof one !== 'string' || typeof other !== 'string' || !spend(looksAt(one))) return false;
  let at = 0;
  // Past its end a text has NaN, which equals nothing.
  while (one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return (one.codePointAt(at) ?? -1) < (other.codePointAt(at) ?? -1);
}
