// `\b` and `\B` beside a character that is known need to look at one side only. Each look at what belongs to words costs
// the engine a millisecond to prepare, so this makes the usual rules, `\bteh\b`, many times cheaper.
import { WORD } from './categories.ts';
import { oneCharacter } from './tree.ts';
import type { Anchor, Node } from './tree.ts';

const WORD_CHARACTER = new RegExp(`[${WORD}]`, 'u');

/** The items of a sequence, with such places made simpler. */
export function withPlainEdges(items: readonly Node[]): readonly Node[] {
  return items.map((item, index): Node => {
    if (item.kind !== 'anchor' || !item.anchor.endsWith('word-edge')) return item;
    const isEdge = item.anchor === 'word-edge';
    const next = isWord(items[index + 1]);
    if (next !== undefined) return anchor(isEdge === next ? 'no-word-before' : 'word-before');
    const last = isWord(items[index - 1]);
    if (last !== undefined) return anchor(isEdge === last ? 'no-word-behind' : 'word-behind');
    return item;
  });
}

function anchor(name: Anchor): Node {
  return { kind: 'anchor', anchor: name };
}

/** Whether it begins and ends with a character of a word, or without one; undefined if that is not certain. */
function isWord(item: Node | undefined): boolean | undefined {
  if (item?.kind === 'repeat' && item.min > 0) return isWord(oneCharacter(item.body));
  if (item?.kind === 'char') return WORD_CHARACTER.test(String.fromCodePoint(item.code));
  if (item?.kind !== 'set' || item.isNegated) return undefined;
  return item.items.every((part) => part.kind === 'property' && part.source === WORD) ? true : undefined;
}
