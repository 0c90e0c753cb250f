// Flags inside a pattern: `(?i)` at its beginning, `(?i:…)` and `(?-i:…)` for a part of it.
import { Fault } from './fault.ts';
import { acceptMatch, since } from './parser.ts';
import type { Flags, Parser } from './parser.ts';

/** The letters of a rule's `flags`. */
export function flagsOf(letters: string): Flags {
  const isOn = (letter: string): boolean => letters.includes(letter);
  return { i: isOn('i'), m: isOn('m'), s: isOn('s'), x: isOn('x') };
}

/** Flags for the whole pattern, with comments and, if x is on, blanks between them. */
export function readLeadingFlags(parser: Parser, given: string): Flags {
  let letters = given;
  for (;;) {
    skipIgnored(parser, flagsOf(letters));
    const start = parser.at;
    const found = acceptMatch(parser, /\(\?[A-Za-z]+\)/y);
    if (found === undefined) return flagsOf(letters);
    letters += checked(found.slice(2, -1), start);
  }
}

/** The flags of a part, read behind its `(?`; undefined if that is something else. Ends behind the colon. */
export function readScopedFlags(parser: Parser, flags: Flags): Flags | undefined {
  const start = parser.at - 2;
  const found = acceptMatch(parser, /[A-Za-z]*(?:-[A-Za-z]+)?:|[A-Za-z]+\)/y);
  if (found === undefined) return undefined;
  const [on = '', off = ''] = found.slice(0, -1).split('-');
  checked(on + off, start);
  if (found.endsWith(')')) {
    throw new Fault(
      start,
      `${since(parser, start)} must stand at the beginning of the pattern; for a part of it write (?${found.slice(0, -1)}:…)`,
    );
  }
  const value = (letter: keyof Flags): boolean =>
    on.includes(letter) || (flags[letter] && !off.includes(letter));
  return { i: value('i'), m: value('m'), s: value('s'), x: value('x') };
}

/** The flag u says what is the case anyway. */
function checked(letters: string, start: number): string {
  const unknown = /[^imsxu]/.exec(letters)?.[0];
  if (unknown !== undefined) {
    throw new Fault(start, `the flag ${unknown} is not supported; there are i, m, s and x`);
  }
  return letters;
}

/** Goes past comments `(?#…)` and, if the flag x is on, white space and comments behind `#`. */
export function skipIgnored(parser: Parser, flags: Flags): void {
  const ignored = flags.x ? /(?:[ \t\n\r\v\f]|#[^\n]*|\(\?#[^)]*\))+/y : /(?:\(\?#[^)]*\))+/y;
  acceptMatch(parser, ignored);
  if (parser.text.startsWith('(?#', parser.at)) {
    throw new Fault(parser.at, 'this comment is never closed; put a ) at its end');
  }
}
