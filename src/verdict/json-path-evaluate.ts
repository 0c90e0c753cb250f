// Follows a path through a JSON value (RFC 9535), in bounded time: whoever asks says how much work there may be.
import { assertNever } from '../std/assert-never.ts';
import { isObject } from '../std/json.ts';
import { compileIRegexp } from './i-regexp.ts';
import type { Matcher } from './i-regexp.ts';
import { compares, looksAt } from './json-compare.ts';
import type { Condition, Query, Segment, Selector, Value } from './json-path-query.ts';

/** What there is to follow paths in. */
export interface Search {
  /** What `$` means. */
  readonly root: unknown;
  /** How many more values may be looked at; below zero, nothing more is found. */
  looksLeft: number;
}

/** States of a regular expression that are as much work as one value, and the work of compiling one. */
const STATES_PER_LOOK = 100;
const COMPILING_LOOKS = 20;

/** The values at the ends of a path that begins at `value`, in the order of the RFC. */
export function valuesAt(value: unknown, path: readonly Segment[], search: Search): readonly unknown[] {
  let here: readonly unknown[] = [value];
  for (const { selectors, descends } of path) {
    const next: unknown[] = [];
    for (const item of descends ? here.flatMap((start) => withDescendants(start, search)) : here)
      for (const selector of selectors) next.push(...selected(item, selector, search));
    here = next;
  }
  return search.looksLeft < 0 ? [] : here;
}

function spend(search: Search, looks: number): boolean {
  search.looksLeft -= looks;
  return search.looksLeft >= 0;
}

/** A value and all below it, each before what it holds. */
function withDescendants(start: unknown, search: Search): readonly unknown[] {
  const found: unknown[] = [];
  const waiting: unknown[] = [start];
  while (waiting.length > 0) {
    const value = waiting.pop();
    const children = childrenOf(value);
    if (!spend(search, 1 + children.length)) return [];
    found.push(value);
    waiting.push(...children.toReversed());
  }
  return found;
}

function selected(value: unknown, selector: Selector, search: Search): readonly unknown[] {
  if (!spend(search, 1)) return [];
  switch (selector.kind) {
    case 'name':
      return isObject(value) && Object.hasOwn(value, selector.name) ? [value[selector.name]] : [];
    case 'index':
      return Array.isArray(value) ? itemAt(value, selector.index) : [];
    case 'key':
      return Array.isArray(value)
        ? itemAt(value, Number(selector.key))
        : selected(value, { kind: 'name', name: selector.key }, search);
    case 'wildcard':
      return childrenWithin(value, search);
    case 'slice':
      return Array.isArray(value) ? sliced(childrenWithin(value, search), selector) : [];
    case 'filter':
      return childrenWithin(value, search).filter((child) => holds(selector.condition, child, search));
    default:
      return assertNever(selector);
  }
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function childrenWithin(value: unknown, search: Search): readonly unknown[] {
  const children = childrenOf(value);
  return spend(search, children.length) ? children : [];
}

function itemAt(list: readonly unknown[], index: number): readonly unknown[] {
  const item = list[index < 0 ? list.length + index : index];
  return item === undefined ? [] : [item];
}

/** RFC 9535 §2.3.4.2; a step of nothing leads nowhere, as `index % 0` is no number. */
function sliced(
  list: readonly unknown[],
  { start, end, step }: Extract<Selector, { readonly kind: 'slice' }>,
): readonly unknown[] {
  const { length } = list;
  const atLeast = (least: number, place: number): number =>
    Math.max(place < 0 ? length + place : place, least);
  const taken =
    step < 0
      ? list.slice(atLeast(-1, end ?? -length - 1) + 1, atLeast(-1, start ?? length - 1) + 1).toReversed()
      : list.slice(atLeast(0, start ?? 0), atLeast(0, end ?? length));
  return taken.filter((_item, index) => index % step === 0);
}

/** Whether a filter lets a value through. */
function holds(condition: Condition, here: unknown, search: Search): boolean {
  if (!spend(search, 1)) return false;
  switch (condition.kind) {
    case 'or':
      return condition.all.some((one) => holds(one, here, search));
    case 'and':
      return condition.all.every((one) => holds(one, here, search));
    case 'not':
      return !holds(condition.condition, here, search);
    case 'exists':
      return foundBy(condition.query, here, search).length > 0;
    case 'comparison': {
      const left = valueOf(condition.left, here, search);
      const right = valueOf(condition.right, here, search);
      return compares(left, condition.operator, right, (looks) => spend(search, looks));
    }
    case 'match':
    case 'search':
      return matches(condition, here, search);
    default:
      return assertNever(condition);
  }
}

function foundBy({ from, segments }: Query, here: unknown, search: Search): readonly unknown[] {
  return valuesAt(from === '$' ? search.root : here, segments, search);
}

/** undefined is the RFC's Nothing: JSON has no such value. */
function valueOf(value: Value, here: unknown, search: Search): unknown {
  switch (value.kind) {
    case 'literal':
      return value.value;
    case 'node':
      return foundBy(value.query, here, search)[0];
    case 'count':
      return foundBy(value.query, here, search).length;
    case 'only': {
      const found = foundBy(value.query, here, search);
      return found.length === 1 ? found[0] : undefined;
    }
    case 'length':
      return lengthOf(valueOf(value.of, here, search), search);
    default:
      return assertNever(value);
  }
}

function lengthOf(value: unknown, search: Search): number | undefined {
  // Code points, as the RFC counts (§2.4.4).
  if (typeof value === 'string') return spend(search, looksAt(value)) ? Array.from(value).length : undefined;
  return Array.isArray(value) || isObject(value) ? childrenOf(value).length : undefined;
}

function matches(
  { kind, text, pattern }: Extract<Condition, { readonly kind: 'match' | 'search' }>,
  here: unknown,
  search: Search,
): boolean {
  const given = valueOf(text, here, search);
  const matcher = typeof pattern === 'function' ? pattern : compiled(valueOf(pattern, here, search), search);
  if (typeof given !== 'string' || matcher === undefined) return false;
  return matcher(given, kind === 'match', (states) => spend(search, states / STATES_PER_LOOK));
}

/** A regular expression that the value itself holds; undefined where it is none. */
function compiled(pattern: unknown, search: Search): Matcher | undefined {
  return typeof pattern === 'string' && spend(search, COMPILING_LOOKS) ? compileIRegexp(pattern) : undefined;
}
