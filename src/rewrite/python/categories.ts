// The classes \d, \s and \w as Python understands them in text, i.e. in all scripts, as parts of a JavaScript class.
// https://docs.python.org/3/library/re.html#regular-expression-syntax
import type { SetItem } from './tree.ts';

/** What belongs to words, inside brackets. Marks do not (`str.isalnum`), unlike in Unicode's own definition. */
export const WORD = '\\p{L}\\p{N}_';

/** All categories but letters and numbers, and of the connectors in Pc all but the underscore. */
const NO_WORD =
  '\\p{M}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\p{S}\\p{Z}\\p{C}' +
  '\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f';

/** `str.isspace`: with the separators 1c to 1f and 85, without the byte order mark that JavaScript counts in. */
const SPACE: ReadonlyArray<readonly [from: number, to: number]> = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

function range(from: number, to: number): SetItem {
  return { kind: 'range', from, to };
}

const spaceItems = SPACE.map(([from, to]) => range(from, to));
const noSpaceItems = [
  ...SPACE.map(([from], index) => range((SPACE[index - 1]?.[1] ?? -1) + 1, from - 1)),
  range(0x3001, 0x10ffff),
];

/** By the letter behind the backslash. */
export const CATEGORIES: ReadonlyMap<string, readonly SetItem[]> = new Map<string, readonly SetItem[]>([
  ['d', [{ kind: 'property', source: '\\p{Nd}' }]],
  ['D', [{ kind: 'property', source: '\\P{Nd}' }]],
  ['w', [{ kind: 'property', source: WORD }]],
  ['W', [{ kind: 'property', source: NO_WORD }]],
  ['s', spaceItems],
  ['S', noSpaceItems],
]);
