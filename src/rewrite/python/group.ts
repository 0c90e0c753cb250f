// Reads what stands in round brackets: groups, names, look-around, flags of a part.
import { referenceByName } from './escape.ts';
import { Fault } from './fault.ts';
import { readScopedFlags } from './flags.ts';
import { contextChars, longestChars } from './measure.ts';
import { accept, readName, since } from './parser.ts';
import type { Flags, Parser } from './parser.ts';
import type { Look, Node } from './tree.ts';

/** More than any text needs; what stands before a match in a stream is kept for so long. */
const MAX_LOOK_BEHIND_CHARS = 1_000;
/** The highest number a replacement of JavaScript's can name. */
const MAX_GROUPS = 99;

type ReadChoice = (parser: Parser, flags: Flags) => Node;

/** The group whose opening bracket has just been read. */
export function readGroup(parser: Parser, flags: Flags, readChoice: ReadChoice): Node {
  const start = parser.at - 1;
  const body = (bodyFlags = flags): Node => readBody(parser, bodyFlags, start, readChoice);
  if (!accept(parser, '?')) return readCapture(parser, undefined, start, body);
  if (accept(parser, '>')) return atomic(parser, body(), start);
  if (accept(parser, 'P=')) return referenceByName(parser, flags, ')', start);
  for (const [sign, direction, isNegative] of LOOKS) {
    if (accept(parser, sign)) return readLook(parser, direction, isNegative, start, body);
  }
  if (accept(parser, 'P<') || accept(parser, '<')) {
    return readCapture(parser, readName(parser, '>'), start, body);
  }
  const scoped = readScopedFlags(parser, flags);
  if (scoped !== undefined) return body(scoped);
  if (accept(parser, '(')) {
    throw new Fault(start, 'conditions (?(…)…|…) are not supported; write both cases out, as in (?:<a>|a)');
  }
  parser.at += 1;
  throw new Fault(
    start,
    `${since(parser, start)} has no meaning here; write (?:…) for a group, \\( for the character`,
  );
}

/** Looking behind goes from right to left in JavaScript, where the first way is another one. */
export function atomic(parser: Parser, body: Node, start: number): Node {
  if (parser.lookBehindFrom === Infinity) return { kind: 'atomic', body };
  throw new Fault(
    start,
    'nothing can be kept from going back in a look-behind; write (?:…), and no + behind a repetition',
  );
}

const LOOKS: ReadonlyArray<readonly [sign: string, direction: Look['direction'], isNegative: boolean]> = [
  ['=', 'ahead', false],
  ['!', 'ahead', true],
  ['<=', 'behind', false],
  ['<!', 'behind', true],
];

function readBody(parser: Parser, flags: Flags, start: number, readChoice: ReadChoice): Node {
  const body = readChoice(parser, flags);
  if (!accept(parser, ')')) throw new Fault(start, 'this ( is never closed; write \\( for the character');
  return body;
}

function readCapture(parser: Parser, name: string | undefined, start: number, readRest: () => Node): Node {
  parser.groupCount += 1;
  const number = parser.groupCount;
  if (number > MAX_GROUPS) throw new Fault(start, 'there are more than 99 groups; write (?:…) for this one');
  if (name !== undefined) {
    if (parser.names.has(name)) throw new Fault(start, `there is a group named ${name} already`);
    parser.names.set(name, number);
  }
  const body = readRest();
  parser.closedGroups.set(number, longestChars(body));
  return { kind: 'group', number, body };
}

function readLook(
  parser: Parser,
  direction: Look['direction'],
  isNegative: boolean,
  start: number,
  readRest: () => Node,
): Node {
  const outer = parser.lookBehindFrom;
  if (direction === 'behind') parser.lookBehindFrom = Math.min(outer, parser.groupCount + 1);
  const look: Look = { kind: 'look', direction, isNegative, body: readRest() };
  parser.lookBehindFrom = outer;
  if (contextChars(look) > MAX_LOOK_BEHIND_CHARS) {
    throw new Fault(
      start,
      'this look-behind has no limit of 1,000 characters; write {0,100} for * and {1,100} for +',
    );
  }
  return look;
}
