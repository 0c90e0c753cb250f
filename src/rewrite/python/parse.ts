// Reads a pattern in the notation of Python's `re` (3.11) into a tree. Where Python has no meaning for it, JavaScript's
// spelling is accepted. https://docs.python.org/3/library/re.html#regular-expression-syntax
import { readSet } from './char-set.ts';
import { readEscape } from './escape.ts';
import { Fault } from './fault.ts';
import { readLeadingFlags, skipIgnored } from './flags.ts';
import { atomic, readGroup } from './group.ts';
import { accept, acceptMatch, nextCode, parserOf, since } from './parser.ts';
import type { Flags, Parser } from './parser.ts';
import type { Node, Tree } from './tree.ts';
import { withPlainEdges } from './word-edges.ts';

/** Nothing anyone writes; keeps reading within the stack. */
const MAX_DEPTH = 200;
/** The engine needs seconds to prepare what is much longer. */
const MAX_PATTERN_CHARS = 5_000;
/** Python's own limit. */
const MAX_REPEATS = 2 ** 32 - 1;

/**
 * Reads a whole pattern.
 * @param flags letters of imsx
 * @throws Fault
 */
export function parsePattern(pattern: string, flags: string): Tree {
  if (pattern.length > MAX_PATTERN_CHARS) {
    throw new Fault(
      MAX_PATTERN_CHARS,
      'the pattern is longer than 5,000 characters; make several rules of it',
    );
  }
  const parser = parserOf(pattern);
  const body = readChoice(parser, readLeadingFlags(parser, flags));
  if (parser.at < pattern.length) {
    throw new Fault(parser.at, 'this ) closes nothing; write \\) for the character');
  }
  return { body, groupCount: parser.groupCount, names: parser.names };
}

/** Alternatives, up to the end or a closing bracket. */
function readChoice(parser: Parser, flags: Flags): Node {
  parser.depth += 1;
  if (parser.depth > MAX_DEPTH) {
    throw new Fault(parser.at, 'groups stand more than 200 deep in one another; make several rules of it');
  }
  const items = [readSequence(parser, flags)];
  while (accept(parser, '|')) items.push(readSequence(parser, flags));
  parser.depth -= 1;
  return { kind: 'choice', items };
}

const BAR = 0x7c;
const CLOSING = 0x29;

function readSequence(parser: Parser, flags: Flags): Node {
  const items: Node[] = [];
  for (;;) {
    skipIgnored(parser, flags);
    const start = parser.at;
    const limits = readLimits(parser);
    if (limits !== undefined) {
      items.push(repeated(parser, items.pop(), limits, start));
      continue;
    }
    const code = nextCode(parser);
    if (code === undefined || code === BAR || code === CLOSING) {
      parser.at = start;
      return { kind: 'sequence', items: withPlainEdges(items) };
    }
    items.push(readItem(parser, flags, code));
  }
}

/** What begins with a character that has just been read. */
function readItem(parser: Parser, flags: Flags, code: number): Node {
  switch (String.fromCodePoint(code)) {
    case '\\':
      return readEscape(parser, flags);
    case '[':
      return readSet(parser, flags);
    case '(':
      return readGroup(parser, flags, readChoice);
    case '.':
      return { kind: 'set', items: flags.s ? [] : LINE_BREAK, isNegated: true, ignoreCase: flags.i };
    case '^':
      return { kind: 'anchor', anchor: flags.m ? 'line-start' : 'text-start' };
    case '$':
      return { kind: 'anchor', anchor: flags.m ? 'line-end' : 'last-line-end' };
    default:
      return { kind: 'char', code, ignoreCase: flags.i };
  }
}

/** The only one that Python's dot stops at. */
const LINE_BREAK = [{ kind: 'range', from: 0x0a, to: 0x0a }] as const;

type Limits = readonly [min: number, max: number];

const SHORT_LIMITS: ReadonlyMap<string, Limits> = new Map<string, Limits>([
  ['*', [0, Infinity]],
  ['+', [1, Infinity]],
  ['?', [0, 1]],
]);

/** `*`, `+`, `?`, `{2}`, `{2,}`, `{,3}`, `{2,3}`, `{,}`. Any other brace is a character, as `{}`, `{{user}}` are. */
function readLimits(parser: Parser): Limits | undefined {
  const start = parser.at;
  const short = acceptMatch(parser, /[*+?]/y);
  if (short !== undefined) return SHORT_LIMITS.get(short);
  const braces = acceptMatch(parser, /\{(?:\d+(?:,\d*)?|,\d*)\}/y);
  if (braces === undefined) return undefined;
  const [low = '', high = low] = braces.slice(1, -1).split(',');
  const limits: Limits = [Number(low), high === '' ? Infinity : Number(high)];
  if (limits.some((limit) => limit !== Infinity && limit >= MAX_REPEATS)) {
    throw new Fault(start, `${braces} is more than any text has; leave the upper number out`);
  }
  if (limits[1] < limits[0]) throw new Fault(start, `in ${braces} the lower number must come first`);
  return limits;
}

function repeated(parser: Parser, body: Node | undefined, [min, max]: Limits, start: number): Node {
  const sign = since(parser, start);
  if (body === undefined || body.kind === 'anchor') {
    throw new Fault(
      start,
      `there is nothing before ${sign} that could be repeated; write \\${sign} for the character`,
    );
  }
  if (body.kind === 'repeat' || (body.kind === 'atomic' && body.body.kind === 'repeat')) {
    throw new Fault(
      start,
      `${sign} repeats what is already repeated; put (?:…) around what stands before it`,
    );
  }
  const isLazy = accept(parser, '?');
  const repeat: Node = { kind: 'repeat', body, min, max, isLazy };
  return !isLazy && accept(parser, '+') ? atomic(parser, repeat, start) : repeat;
}
