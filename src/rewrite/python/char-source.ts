// One character of a pattern, as JavaScript writes it with the flag u.
import { WORD } from './categories.ts';
import { caseVariants, withCaseVariants } from './letter-case.ts';
import type { Anchor, Char, CharSet, SetItem } from './tree.ts';

/** A character, or a set of them. Takes one code point in either direction. */
export function charSource(node: Char | CharSet): string {
  if (node.kind === 'set') {
    const items = node.ignoreCase ? withCaseVariants(node.items) : node.items;
    return `[${node.isNegated ? '^' : ''}${items.map(itemSource).join('')}]`;
  }
  const codes = node.ignoreCase ? caseVariants(node.code) : [node.code];
  return codes.length === 1 ? codeSource(node.code) : `[${codes.map(codeSource).join('')}]`;
}

const WORD_BEFORE = `(?<=[${WORD}])`;
const NO_WORD_BEFORE = `(?<![${WORD}])`;
const WORD_BEHIND = `(?=[${WORD}])`;
const NO_WORD_BEHIND = `(?![${WORD}])`;

/** Without the flag m, `^` and `$` are the ends of the whole text. */
const ANCHORS: Readonly<Record<Anchor, string>> = {
  'text-start': '^',
  'line-start': '(?<![^\\n])',
  'text-end': '$',
  'line-end': '(?![^\\n])',
  'last-line-end': '(?=\\n?$)',
  'word-before': WORD_BEFORE,
  'no-word-before': NO_WORD_BEFORE,
  'word-behind': WORD_BEHIND,
  'no-word-behind': NO_WORD_BEHIND,
  'word-edge': `(?:${WORD_BEFORE}${NO_WORD_BEHIND}|${NO_WORD_BEFORE}${WORD_BEHIND})`,
  'no-word-edge': `(?:${WORD_BEFORE}${WORD_BEHIND}|${NO_WORD_BEFORE}${NO_WORD_BEHIND})`,
};

/** A place between characters. */
export function anchorSource(anchor: Anchor): string {
  return ANCHORS[anchor];
}

function itemSource(item: SetItem): string {
  if (item.kind === 'property') return item.source;
  return item.from === item.to ? codeSource(item.from) : `${codeSource(item.from)}-${codeSource(item.to)}`;
}

/** Half a surrogate pair is written with braces, so that two of them never become one character. */
function codeSource(code: number): string {
  if (code < 0x20 || (code >= 0xd800 && code <= 0xdfff)) return `\\u{${code.toString(16)}}`;
  const character = String.fromCodePoint(code);
  return character === '-' ? '\\x2d' : character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
}
