// Characters that are the same but for their case. Written out in a pattern, they ignore case in a part of it, which
// JavaScript's flag i can not.
import type { SetItem } from './tree.ts';

/** Beyond it no script has case (Unicode 15). */
const LAST_CASED = 0x1e943;

/** Pairs that JavaScript turns into several characters, and CPython's `re` holds for the same. */
const MORE_PAIRS: ReadonlyArray<readonly [one: number, other: number]> = [
  [0x69, 0x130], // the I with a dot of Turkish
  [0x390, 0x1fd3], // Greek letters with two marks, in two encodings
  [0x3b0, 0x1fe3],
  [0xfb05, 0xfb06], // the ligatures of a long s and an s with a t
];

type Variants = ReadonlyMap<number, ReadonlySet<number>>;

/** Nearly all patterns are of ASCII letters, whose few variants need not be looked for. */
const ASCII = findAsciiVariants();
const LAST_ASCII = 0x7f;

let variants: Variants | undefined;

/** The code point itself and all that differ from it in case only. */
export function caseVariants(code: number): readonly number[] {
  return isCaseless(code) ? [code] : [...(variantsUpTo(code).get(code) ?? [code])];
}

/** A set with all case variants of what its ranges hold. */
export function withCaseVariants(items: readonly SetItem[]): readonly SetItem[] {
  const last = Math.max(0, ...items.map(lastCased));
  const added = new Set<number>();
  for (const [code, same] of variantsUpTo(last)) {
    if (!has(items, code)) continue;
    for (const other of same) if (!has(items, other)) added.add(other);
  }
  return [...items, ...Array.from(added, (code): SetItem => ({ kind: 'range', from: code, to: code }))];
}

/** The last code point of an item, if it may have case variants. */
function lastCased(item: SetItem): number {
  if (item.kind !== 'range') return 0;
  return item.from === item.to && isCaseless(item.from) ? 0 : item.to;
}

/** Most that is not ASCII in a pattern is a sign: `’`. */
function isCaseless(code: number): boolean {
  const character = String.fromCodePoint(code);
  return character.toLowerCase() === character && character.toUpperCase() === character;
}

function has(items: readonly SetItem[], code: number): boolean {
  return items.some((item) => item.kind === 'range' && item.from <= code && code <= item.to);
}

/** Those of all code points up to one, at least. */
function variantsUpTo(code: number): Variants {
  if (code <= LAST_ASCII) return ASCII;
  variants ??= findVariants();
  return variants;
}

function findAsciiVariants(): Variants {
  const beyond = new Map([
    [0x69, [0x130, 0x131]], // the I with a dot, and the i without
    [0x6b, [0x212a]], // the sign of Kelvin
    [0x73, [0x17f]], // the long s
  ]);
  const found = new Map<number, ReadonlySet<number>>();
  for (let lower = 0x61; lower <= 0x7a; lower += 1) {
    const upper = lower - 0x20;
    const same = new Set([upper, lower, ...(beyond.get(lower) ?? [])]);
    found.set(upper, same).set(lower, same);
  }
  return found;
}

/** Found once, when a pattern needs it: some 25 ms. */
function findVariants(): Variants {
  const found = new Map<number, Set<number>>();
  for (let code = 0; code <= LAST_CASED; code += 1) {
    const character = String.fromCodePoint(code);
    link(found, code, character.toLowerCase());
    link(found, code, character.toUpperCase());
  }
  for (const [one, other] of MORE_PAIRS) join(found, one, other);
  return found;
}

/** Two characters are the same if one becomes the other; one that becomes several, as ß becomes SS, is left alone. */
function link(found: Map<number, Set<number>>, code: number, changed: string): void {
  const other = Number(changed.codePointAt(0));
  if (other !== code && String.fromCodePoint(other) === changed) join(found, code, other);
}

function join(found: Map<number, Set<number>>, code: number, other: number): void {
  const same = new Set([...(found.get(code) ?? [code]), ...(found.get(other) ?? [other])]);
  for (const member of same) found.set(member, same);
}
