// What a backslash means, in a pattern and inside its brackets: Python's escapes, and JavaScript's where Python has none.
import { CATEGORIES } from './categories.ts';
import { Fault } from './fault.ts';
import { accept, acceptMatch, nextCode, readName, since } from './parser.ts';
import type { Flags, Parser } from './parser.ts';
import type { Anchor, Node, SetItem } from './tree.ts';

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 0x07],
  ['f', 0x0c],
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['v', 0x0b],
]);

const HEX_DIGITS: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

const ANCHORS: ReadonlyMap<string, Anchor> = new Map<string, Anchor>([
  ['A', 'text-start'],
  ['Z', 'text-end'],
  ['b', 'word-edge'],
  ['B', 'no-word-edge'],
]);

/** Escapes of other languages, and what means the same here. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['z', 'write \\Z for the end of the text'],
  ['G', 'leave it out: a search goes on where the last match ended'],
  ['h', 'write [ \\t] for blanks'],
  ['R', 'write (?:\\r\\n|\\n) for a line break'],
  ['K', 'put what stands before it into (?<=…)'],
  ['N', 'write the character itself, or \\u and its four digits'],
  ['X', 'write . for a character'],
  ['Q', 'write a backslash before each character with a meaning'],
  ['c', 'write \\x and its two digits'],
]);

/** The escape whose backslash has just been read, outside of brackets. */
export function readEscape(parser: Parser, flags: Flags): Node {
  const start = parser.at - 1;
  const letter = parser.text[parser.at] ?? '';
  const anchor = ANCHORS.get(letter);
  if (anchor !== undefined) {
    parser.at += 1;
    return { kind: 'anchor', anchor };
  }
  if (/[1-9]/.test(letter)) return readDigits(parser, flags, start);
  if (accept(parser, 'k')) return readNamedReference(parser, flags, start);
  const item = readItemEscape(parser, start);
  return typeof item === 'number'
    ? { kind: 'char', code: item, ignoreCase: flags.i }
    : { kind: 'set', items: item, isNegated: false, ignoreCase: flags.i };
}

/** The escape whose backslash has just been read, inside of brackets: one code point, or several. */
export function readSetEscape(parser: Parser): number | readonly SetItem[] {
  const start = parser.at - 1;
  if (accept(parser, 'b')) return 0x08;
  const octal = acceptMatch(parser, /[0-7]{1,3}/y);
  return octal === undefined ? readItemEscape(parser, start) : octalCode(octal, start);
}

function readItemEscape(parser: Parser, start: number): number | readonly SetItem[] {
  const code = nextCode(parser);
  if (code === undefined) {
    throw new Fault(start, 'the backslash at the end escapes nothing; write \\\\ for a backslash');
  }
  const letter = String.fromCodePoint(code);
  const category = CATEGORIES.get(letter);
  if (category !== undefined) return category;
  const control = CONTROLS.get(letter);
  if (control !== undefined) return control;
  const digits = HEX_DIGITS.get(letter);
  if (digits !== undefined) return readHex(parser, start, digits);
  if (letter === '0') {
    return octalCode(acceptMatch(parser, /[0-7]{1,2}/y) ?? '0', start);
  }
  if (letter === 'p' || letter === 'P') return [readProperty(parser, start)];
  if (/[A-Za-z1-9]/.test(letter)) {
    const instead = ELSEWHERE.get(letter) ?? `write ${letter} for the character`;
    throw new Fault(start, `\\${letter} has no meaning here; ${instead}, or \\\\ for a backslash`);
  }
  return code;
}

function readHex(parser: Parser, start: number, digits: number): number {
  const exact = new RegExp(`[0-9A-Fa-f]{${digits}}`, 'y');
  const bracketed = digits === 4 ? acceptMatch(parser, /\{[0-9A-Fa-f]{1,6}\}/y) : undefined;
  const hex = bracketed?.slice(1, -1) ?? acceptMatch(parser, exact);
  if (hex === undefined) {
    throw new Fault(start, `${since(parser, start)} needs ${digits} hexadecimal digits behind it`);
  }
  const code = Number.parseInt(hex, 16);
  if (code > 0x10ffff) throw new Fault(start, `${since(parser, start)} is no character: the last is 10FFFF`);
  return code;
}

function octalCode(octal: string, start: number): number {
  const code = Number.parseInt(octal, 8);
  if (code > 0o377) throw new Fault(start, `\\${octal} is more than \\377; write the character with \\u`);
  return code;
}

/** Three octal digits are a character, anything else is the number of a group. */
function readDigits(parser: Parser, flags: Flags, start: number): Node {
  const octal = acceptMatch(parser, /[1-7][0-7]{2}/y);
  if (octal !== undefined) return { kind: 'char', code: octalCode(octal, start), ignoreCase: flags.i };
  return referenceTo(parser, flags, Number(acceptMatch(parser, /\d{1,2}/y)), start);
}

function readNamedReference(parser: Parser, flags: Flags, start: number): Node {
  if (!accept(parser, '<'))
    throw new Fault(start, '\\k needs the name of a group behind it, as in \\k<name>');
  return referenceByName(parser, flags, '>', start);
}

/** The rest of a reference by name, from the name on. */
export function referenceByName(parser: Parser, flags: Flags, end: ')' | '>', start: number): Node {
  const name = readName(parser, end);
  const group = parser.names.get(name);
  if (group === undefined) throw new Fault(start, `there is no group named ${name} before this place`);
  return referenceTo(parser, flags, group, start);
}

function referenceTo(parser: Parser, flags: Flags, group: number, offset: number): Node {
  if (group > parser.groupCount) {
    throw new Fault(offset, `there is no group ${group} before this place; groups are counted from 1`);
  }
  const longestChars = parser.closedGroups.get(group);
  if (longestChars === undefined) throw new Fault(offset, `group ${group} can not contain itself`);
  if (group >= parser.lookBehindFrom) {
    throw new Fault(offset, `group ${group} stands in the same look-behind and can not be referred to there`);
  }
  return { kind: 'reference', group, longestChars, ignoreCase: flags.i, offset };
}

/** JavaScript's `\p{…}`. */
function readProperty(parser: Parser, start: number): SetItem {
  acceptMatch(parser, /\{[\w=]*\}/y);
  const source = since(parser, start);
  try {
    new RegExp(source, 'u').exec('');
  } catch {
    throw new Fault(start, `${source} is no property of characters; properties look like \\p{L} or \\p{Lu}`);
  }
  return { kind: 'property', source };
}
