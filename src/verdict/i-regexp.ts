// Regular expressions of RFC 9485 (I-Regexp), for match() and search() in JSONPath queries. They are followed in all
// ways at once, so the time grows with the text and never with the ways there are to match it.

import { assertNever } from '../std/assert-never.ts';

/** Asks whether a text matches. `spend` is told of the work, in states looked at; when it says no, nothing matches. */
export type Matcher = (text: string, isWhole: boolean, spend: (states: number) => boolean) => boolean;

type Node =
  | { readonly kind: 'character'; readonly accepts: (character: string) => boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly nodes: readonly Node[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number };

/** A place in an expression: it takes a character, or (without `accepts`) goes on in any of `next` at once. */
interface State {
  readonly accepts?: (character: string) => boolean;
  readonly next: State[];
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  /** How many states may still be made. */
  statesLeft: number;
}

const MAX_DEPTH = 32;
const MAX_STATES = 2_000;

const CHARACTER = /[^()*+.?[\\\]{|}\p{Surrogate}]/uy;
const ESCAPED = /\\([(-+\-.?[-^nrt{-}])/y;
const CATEGORY = /\\[pP]\{[A-Z][a-z]?\}/y;
const IN_CLASS = String.raw`(?:[^\-[\\\]\p{Surrogate}]|\\[(-+\-.?[-^nrt{-}])`;
const CLASS = new RegExp(
  String.raw`\[\^?(?:-|${IN_CLASS}(?:-${IN_CLASS})?|\\[pP]\{[A-Z][a-z]?\})(?:${IN_CLASS}(?:-${IN_CLASS})?|\\[pP]\{[A-Z][a-z]?\})*-?\]`,
  'uy',
);
const QUANTIFIER = /[*+?]|\{(\d{1,4})(,(\d{1,4})?)?\}/y;
const CONTROL: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Compiles an expression; undefined for one that is none, or is too large. */
export function compileIRegexp(text: string): Matcher | undefined {
  const cursor: Cursor = { text, at: 0, depth: 0, statesLeft: MAX_STATES };
  try {
    const tree = choiceAt(cursor);
    if (cursor.at < text.length) return undefined;
    const final: State = { next: [] };
    const first = stateOf(tree, final, cursor);
    return (given, isWhole, spend) => isMatch(first, final, given, isWhole, spend);
  } catch {
    return undefined; // a class that is out of order, a category that there is not, or one of the limits
  }
}

function choiceAt(cursor: Cursor): Node {
  const nodes = [sequenceAt(cursor)];
  while (cursor.text[cursor.at] === '|') {
    cursor.at += 1;
    nodes.push(sequenceAt(cursor));
  }
  return { kind: 'choice', nodes };
}

function sequenceAt(cursor: Cursor): Node {
  const nodes: Node[] = [];
  for (;;) {
    const atom = atomAt(cursor);
    if (atom === undefined) return { kind: 'sequence', nodes };
    nodes.push(quantified(cursor, atom));
  }
}

function atomAt(cursor: Cursor): Node | undefined {
  if (cursor.text[cursor.at] === '(') return groupAt(cursor);
  if (cursor.text[cursor.at] === '.') {
    cursor.at += 1;
    return { kind: 'character', accepts: (character) => character !== '\n' && character !== '\r' };
  }
  const escaped = take(cursor, ESCAPED)?.[1];
  const plain =
    take(cursor, CHARACTER)?.[0] ?? (escaped === undefined ? undefined : (CONTROL[escaped] ?? escaped));
  if (plain !== undefined) return { kind: 'character', accepts: (character) => character === plain };
  const set = (take(cursor, CATEGORY) ?? take(cursor, CLASS))?.[0];
  if (set === undefined) return undefined;
  // One character against one class: there is nothing here to go back and forth over.
  const expression = new RegExp(`^${set}$`, 'u');
  return { kind: 'character', accepts: (character) => expression.test(character) };
}

function groupAt(cursor: Cursor): Node {
  cursor.at += 1;
  cursor.depth += 1;
  const node = choiceAt(cursor);
  if (cursor.depth > MAX_DEPTH || cursor.text[cursor.at] !== ')') throw new SyntaxError('not a group');
  cursor.at += 1;
  cursor.depth -= 1;
  return node;
}

function quantified(cursor: Cursor, node: Node): Node {
  const found = take(cursor, QUANTIFIER);
  if (found === undefined) return node;
  const [sign, least, comma, most] = found;
  if (sign === '*') return { kind: 'repeat', node, min: 0, max: Infinity };
  if (sign === '+') return { kind: 'repeat', node, min: 1, max: Infinity };
  if (sign === '?') return { kind: 'repeat', node, min: 0, max: 1 };
  const min = Number(least);
  const max = comma === undefined ? min : Number(most ?? Infinity);
  if (max < min) throw new SyntaxError('not a range');
  return { kind: 'repeat', node, min, max };
}

function take(cursor: Cursor, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = cursor.at;
  const found = expression.exec(cursor.text) ?? undefined;
  cursor.at += found?.[0].length ?? 0;
  return found;
}

/** The state that a node begins in when `then` follows it. */
function stateOf(node: Node, then: State, cursor: Cursor): State {
  cursor.statesLeft -= 1;
  if (cursor.statesLeft < 0) throw new RangeError('too large');
  switch (node.kind) {
    case 'character':
      return { accepts: node.accepts, next: [then] };
    case 'sequence':
      return node.nodes.reduceRight((next, part) => stateOf(part, next, cursor), then);
    case 'choice':
      return { next: node.nodes.map((part) => stateOf(part, then, cursor)) };
    case 'repeat':
      return repeated(node.node, node.min, node.max, then, cursor);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

function repeated(node: Node, min: number, max: number, then: State, cursor: Cursor): State {
  let next = then;
  if (max === Infinity) {
    const loop: State = { next: [then] };
    loop.next.push(stateOf(node, loop, cursor));
    next = loop;
  } else {
    for (let time = min; time < max; time += 1) next = { next: [then, stateOf(node, next, cursor)] };
  }
  for (let time = 0; time < min; time += 1) next = stateOf(node, next, cursor);
  return next;
}

function isMatch(
  first: State,
  final: State,
  text: string,
  isWhole: boolean,
  spend: (states: number) => boolean,
): boolean {
  let here = reachable([first]);
  for (const character of text) {
    if (!isWhole && here.has(final)) return true;
    if (!spend(here.size) || here.size === 0) return false;
    const next: State[] = isWhole ? [] : [first];
    for (const state of here) if (state.accepts?.(character) === true) next.push(...state.next);
    here = reachable(next);
  }
  return here.has(final);
}

/** These states and all that they go on in without a character. */
function reachable(states: readonly State[]): ReadonlySet<State> {
  const found = new Set(states);
  // A set grows while it is walked: what is added comes last.
  for (const state of found) if (state.accepts === undefined) for (const next of state.next) found.add(next);
  return found;
}
