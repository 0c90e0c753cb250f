// JSONPath queries (RFC 9535) taken apart, whole: every selector, filters with their comparisons and functions.
// What a query finds is json-path-evaluate.ts's to say.
import { fail, inside, skipBlank, stringAt, take, takes, takesAfterBlank } from './json-path-cursor.ts';
import type { Cursor } from './json-path-cursor.ts';
import { compileIRegexp } from './i-regexp.ts';
import type { Condition, Operator, Query, Segment, Selector, Value } from './json-path-query.ts';

/** What stands in a filter before it is known whether it is compared. */
type Operand =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'nodes'; readonly query: Query }
  | { readonly kind: 'condition'; readonly condition: Condition };

const NAME = /[A-Za-z_\u{80}-\u{d7ff}\u{e000}-\u{10ffff}][\w\u{80}-\u{d7ff}\u{e000}-\u{10ffff}]*/uy;
const INTEGER = '0|-?[1-9][0-9]*';
const INDEX = new RegExp(INTEGER, 'y');
const SLICE = new RegExp(
  `(${INTEGER})?[ \\t\\n\\r]*:[ \\t\\n\\r]*(${INTEGER})?(?:[ \\t\\n\\r]*:(?:[ \\t\\n\\r]*(${INTEGER}))?)?`,
  'y',
);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const KEYWORD = /true|false|null/y;
const KEYWORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };
const FUNCTION = /([a-z][a-z_0-9]*)\(/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;
const QUERY = /[$@]/y;
const SINGLE_VALUE = 'something that is one value at most';

/**
 * Takes a query apart that begins with `$`.
 * @throws SyntaxError that says what was expected, and where
 */
export function parseQuery(text: string): readonly Segment[] {
  const cursor: Cursor = { text, at: 1, depth: 0 };
  const segments = segmentsAt(cursor);
  if (cursor.at < text.length) fail(cursor, '., .. or [');
  return segments;
}

function segmentsAt(cursor: Cursor): readonly Segment[] {
  const segments: Segment[] = [];
  for (;;) {
    const before = cursor.at;
    skipBlank(cursor);
    const dots = take(cursor, /\.\.?/y)?.[0] ?? '';
    const descends = dots === '..';
    if (dots !== '.' && cursor.text[cursor.at] === '[')
      segments.push({ selectors: bracketed(cursor), descends });
    else if (dots !== '') segments.push({ selectors: [shorthand(cursor)], descends });
    else {
      cursor.at = before;
      return segments;
    }
  }
}

function shorthand(cursor: Cursor): Selector {
  if (takes(cursor, '*')) return { kind: 'wildcard' };
  const name = take(cursor, NAME)?.[0];
  return name === undefined
    ? fail(cursor, 'a name or * (names with other characters are written in brackets and quotes)')
    : { kind: 'name', name };
}

function bracketed(cursor: Cursor): readonly Selector[] {
  return inside(cursor, () => {
    const selectors: Selector[] = [];
    do {
      cursor.at += 1; // the bracket, or the comma
      skipBlank(cursor);
      selectors.push(selector(cursor));
      skipBlank(cursor);
    } while (cursor.text[cursor.at] === ',');
    if (!takes(cursor, ']')) fail(cursor, ', or ]');
    return selectors;
  });
}

function selector(cursor: Cursor): Selector {
  const name = stringAt(cursor);
  if (name !== undefined) return { kind: 'name', name };
  if (takes(cursor, '*')) return { kind: 'wildcard' };
  if (takes(cursor, '?')) {
    skipBlank(cursor);
    return { kind: 'filter', condition: eitherAt(cursor) };
  }
  const slice = take(cursor, SLICE);
  if (slice !== undefined) {
    const [start, end, step] = slice.slice(1).map((digits) => integer(cursor, digits));
    return { kind: 'slice', start, end, step: step ?? 1 };
  }
  const index = integer(cursor, take(cursor, INDEX)?.[0]);
  return index === undefined
    ? fail(cursor, 'a name in quotes, a position, a slice, a filter or *')
    : { kind: 'index', index };
}

/** RFC 9535 §2.1: only integers that every implementation can tell apart. */
function integer(cursor: Cursor, digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined;
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : fail(cursor, 'a smaller number', cursor.at - digits.length);
}

function eitherAt(cursor: Cursor): Condition {
  return joined(cursor, '||', 'or', () => joined(cursor, '&&', 'and', () => conditionAt(cursor)));
}

function joined(cursor: Cursor, operator: string, kind: 'or' | 'and', next: () => Condition): Condition {
  const first = next();
  const all = [first];
  while (takesAfterBlank(cursor, operator)) {
    skipBlank(cursor);
    all.push(next());
  }
  return all.length === 1 ? first : { kind, all };
}

function conditionAt(cursor: Cursor): Condition {
  const isNegated = takes(cursor, '!');
  if (isNegated) skipBlank(cursor);
  const condition = takes(cursor, '(') ? inParentheses(cursor) : comparisonAt(cursor, isNegated);
  return isNegated ? { kind: 'not', condition } : condition;
}

function inParentheses(cursor: Cursor): Condition {
  return inside(cursor, () => {
    skipBlank(cursor);
    const condition = eitherAt(cursor);
    if (!takesAfterBlank(cursor, ')')) fail(cursor, '), && or ||');
    return condition;
  });
}

/** A comparison, or what is true by itself; after `!` only the latter. */
function comparisonAt(cursor: Cursor, isNegated: boolean): Condition {
  const start = cursor.at;
  const left = operandAt(cursor);
  const end = cursor.at;
  skipBlank(cursor);
  const operator = isNegated ? undefined : take(cursor, OPERATOR)?.[0];
  if (operator !== undefined) {
    if (left.kind !== 'value') return fail(cursor, SINGLE_VALUE, start);
    skipBlank(cursor);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the expression matches nothing else
    return { kind: 'comparison', operator: operator as Operator, left: left.value, right: valueAt(cursor) };
  }
  cursor.at = end;
  if (left.kind === 'condition') return left.condition;
  const query = queryOf(left);
  return query === undefined ? fail(cursor, '== != < <= > or >=') : { kind: 'exists', query };
}

function operandAt(cursor: Cursor): Operand {
  const start = cursor.at;
  const called = take(cursor, FUNCTION);
  if (called !== undefined) return inside(cursor, () => callAt(cursor, String(called[1]), start));
  const from = take(cursor, QUERY)?.[0];
  if (from !== undefined) {
    const query: Query = { from: from === '$' ? '$' : '@', segments: segmentsAt(cursor) };
    const isSingular = query.segments.every(isSingle);
    return isSingular ? { kind: 'value', value: { kind: 'node', query } } : { kind: 'nodes', query };
  }
  const text = stringAt(cursor) ?? take(cursor, KEYWORD)?.map((word) => KEYWORDS[word])[0];
  const number = text === undefined ? take(cursor, NUMBER)?.[0] : undefined;
  const value = number === undefined ? text : Number(number);
  return value === undefined
    ? fail(cursor, 'a query from @ or $, a text in quotes, a number, true, false, null or a function')
    : { kind: 'value', value: { kind: 'literal', value } };
}

function isSingle({ descends, selectors }: Segment): boolean {
  const [first] = selectors;
  return !descends && selectors.length === 1 && (first?.kind === 'name' || first?.kind === 'index');
}

/** The functions of RFC 9535 §2.4. */
function callAt(cursor: Cursor, name: string, start: number): Operand {
  switch (name) {
    case 'length':
      return given(cursor, () => ({ kind: 'value', value: { kind: 'length', of: valueAt(cursor) } }));
    case 'count':
      return given(cursor, () => ({ kind: 'value', value: { kind: 'count', query: nodesAt(cursor) } }));
    case 'value':
      return given(cursor, () => ({ kind: 'value', value: { kind: 'only', query: nodesAt(cursor) } }));
    case 'match':
    case 'search':
      return given(cursor, () => ({ kind: 'condition', condition: matchAt(cursor, name) }));
    default:
      return fail(cursor, 'one of the functions length, count, value, match and search', start);
  }
}

/** The arguments of a function, up to its closing parenthesis. */
function given(cursor: Cursor, read: () => Operand): Operand {
  skipBlank(cursor);
  const operand = read();
  if (!takesAfterBlank(cursor, ')')) fail(cursor, ')');
  return operand;
}

function matchAt(cursor: Cursor, kind: 'match' | 'search'): Condition {
  const text = valueAt(cursor);
  if (!takesAfterBlank(cursor, ',')) fail(cursor, ', and a regular expression');
  skipBlank(cursor);
  const start = cursor.at;
  const pattern = valueAt(cursor);
  if (pattern.kind !== 'literal' || typeof pattern.value !== 'string') return { kind, text, pattern };
  const matcher = compileIRegexp(pattern.value);
  return { kind, text, pattern: matcher ?? fail(cursor, 'a regular expression of RFC 9485', start) };
}

function valueAt(cursor: Cursor): Value {
  const start = cursor.at;
  const operand = operandAt(cursor);
  return operand.kind === 'value' ? operand.value : fail(cursor, SINGLE_VALUE, start);
}

function nodesAt(cursor: Cursor): Query {
  const start = cursor.at;
  return queryOf(operandAt(cursor)) ?? fail(cursor, 'a query from @ or $', start);
}

function queryOf(operand: Operand): Query | undefined {
  if (operand.kind === 'nodes') return operand.query;
  return operand.kind === 'value' && operand.value.kind === 'node' ? operand.value.query : undefined;
}
