// The place in a pattern while it is being read, and what its parts need to know of one another.
import { Fault } from './fault.ts';

/** What the letters imsx set, for the part of the pattern that is being read. */
export interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
}

/** Changes as the pattern is read. */
export interface Parser {
  readonly text: string;
  at: number;
  groupCount: number;
  readonly names: Map<string, number>;
  /** UTF-16 units that a group matches at most; a group that is not closed yet is missing. */
  readonly closedGroups: Map<number, number>;
  /** Groups from this number on stand in the look-behind that is being read. */
  lookBehindFrom: number;
  depth: number;
}

/** A parser at the beginning. */
export function parserOf(text: string): Parser {
  return {
    text,
    at: 0,
    groupCount: 0,
    names: new Map(),
    closedGroups: new Map(),
    lookBehindFrom: Infinity,
    depth: 0,
  };
}

/** Goes past a text if it stands here. */
export function accept(parser: Parser, text: string): boolean {
  if (!parser.text.startsWith(text, parser.at)) return false;
  parser.at += text.length;
  return true;
}

/** Goes past what an expression with the flag y finds here; undefined if it finds nothing. */
export function acceptMatch(parser: Parser, expression: RegExp): string | undefined {
  expression.lastIndex = parser.at;
  const found = expression.exec(parser.text)?.[0];
  parser.at += found?.length ?? 0;
  return found;
}

/** The code point here, gone past; undefined at the end. */
export function nextCode(parser: Parser): number | undefined {
  const code = parser.text.codePointAt(parser.at);
  if (code !== undefined) parser.at += code > 0xffff ? 2 : 1;
  return code;
}

/** The part from an offset up to here, for messages. */
export function since(parser: Parser, start: number): string {
  return parser.text.slice(start, parser.at);
}

const NAME = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;

/** The name of a group, with the character that ends it. */
export function readName(parser: Parser, end: ')' | '>' | '}'): string {
  const start = parser.at;
  const name = acceptMatch(parser, NAME);
  if (name === undefined || !accept(parser, end)) {
    throw new Fault(start, `here a name is expected, of letters, digits and _, with a ${end} behind it`);
  }
  return name;
}
