// Reads a set of characters in brackets.
import { readSetEscape } from './escape.ts';
import { Fault } from './fault.ts';
import { accept, nextCode, since } from './parser.ts';
import type { Flags, Parser } from './parser.ts';
import type { CharSet, SetItem } from './tree.ts';

/** The set whose opening bracket has just been read. A closing bracket that comes first is a character. */
export function readSet(parser: Parser, flags: Flags): CharSet {
  const start = parser.at - 1;
  const isNegated = accept(parser, '^');
  const items: SetItem[] = [];
  const first = parser.at;
  while (parser.at === first || !accept(parser, ']')) items.push(...readItems(parser, start));
  return { kind: 'set', items, isNegated, ignoreCase: flags.i };
}

function readItems(parser: Parser, set: number): readonly SetItem[] {
  const start = parser.at;
  const from = readMember(parser, set);
  // A dash before the closing bracket is a dash.
  if (parser.text[parser.at] !== '-' || parser.text[parser.at + 1] === ']') return itemsOf(from);
  parser.at += 1;
  const to = readMember(parser, set);
  const range = since(parser, start);
  if (typeof from !== 'number' || typeof to !== 'number') {
    throw new Fault(start, `${range} needs one character at each end; write \\- for a dash`);
  }
  if (to < from) throw new Fault(start, `${range} runs backwards; write the lower character first`);
  return [{ kind: 'range', from, to }];
}

function readMember(parser: Parser, set: number): number | readonly SetItem[] {
  const code = nextCode(parser);
  if (code === undefined) throw new Fault(set, 'this [ is never closed; write \\[ for the character');
  return code === 0x5c ? readSetEscape(parser) : code;
}

function itemsOf(member: number | readonly SetItem[]): readonly SetItem[] {
  return typeof member === 'number' ? [{ kind: 'range', from: member, to: member }] : member;
}
