// Characters that are the same but for their case. Written out in a pattern, they ignore case in a part of it, which
// JavaScript's flag i can not.
import type { SetItem } from './tree.ts';

/** Beyond it no script has case (Unicode 15). */
const LAST_CASED = 0x1e943;

let variants: ReadonlyMap<number, ReadonlySet<number>> | undefined;

/** The code point itself and all that differ from it in case only. */
export function caseVariants(code: number): readonly number[] {
  variants ??= findVariants();
  return [...(variants.get(code) ?? [code])];
}

/** A set with all case variants of what its ranges hold. */
export function withCaseVariants(items: readonly SetItem[]): readonly SetItem[] {
  variants ??= findVariants();
  const added = new Set<number>();
  for (const [code, same] of variants) {
    if (!has(items, code)) continue;
    for (const other of same) if (!has(items, other)) added.add(other);
  }
  return [...items, ...Array.from(added, (code): SetItem => ({ kind: 'range', from: code, to: code }))];
}

function has(items: readonly SetItem[], code: number): boolean {
  return items.some((item) => item.kind === 'range' && item.from <= code && code <= item.to);
}

/** Found once, when a pattern needs it: some 25 ms. */
function findVariants(): ReadonlyMap<number, ReadonlySet<number>> {
  const found = new Map<number, Set<number>>();
  for (let code = 0; code <= LAST_CASED; code += 1) {
    const character = String.fromCodePoint(code);
    link(found, code, character.toLowerCase());
    link(found, code, character.toUpperCase());
  }
  return found;
}

/** Two characters are the same if one becomes the other; one that becomes several, as ß becomes SS, is left alone. */
function link(found: Map<number, Set<number>>, code: number, changed: string): void {
  const other = Number(changed.codePointAt(0));
  if (other === code || String.fromCodePoint(other) !== changed) return;
  const same = new Set([...(found.get(code) ?? [code]), ...(found.get(other) ?? [other])]);
  for (const member of same) found.set(member, same);
}
