// What a pattern means, as a tree: the flags i, m, s and x are already worked into its nodes. How it was written and
// how JavaScript writes it are for others.

/** Characters of a set: a range of code points, both ends included, or what stands in a class of JavaScript's. */
export type SetItem =
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'property'; readonly source: string };

/** One code point. */
export interface Char {
  readonly kind: 'char';
  readonly code: number;
  readonly ignoreCase: boolean;
}

/** One code point out of several. A negated set without items is any character. */
export interface CharSet {
  readonly kind: 'set';
  readonly items: readonly SetItem[];
  readonly isNegated: boolean;
  readonly ignoreCase: boolean;
}

/**
 * A place between characters. `last-line-end` is Python's `$` without m: at the end, or before one line break there.
 * `word-before`: behind a character of a word; `word-behind`: in front of one.
 */
export type Anchor =
  | 'text-start'
  | 'line-start'
  | 'text-end'
  | 'line-end'
  | 'last-line-end'
  | 'word-edge'
  | 'no-word-edge'
  | 'word-before'
  | 'no-word-before'
  | 'word-behind'
  | 'no-word-behind';

/** A look-ahead or look-behind. */
export interface Look {
  readonly kind: 'look';
  readonly direction: 'ahead' | 'behind';
  readonly isNegative: boolean;
  readonly body: Node;
}

/** `max` is Infinity without an upper limit. */
export interface Repeat {
  readonly kind: 'repeat';
  readonly body: Node;
  readonly min: number;
  readonly max: number;
  readonly isLazy: boolean;
}

/** What a group has matched, once more. */
export interface Reference {
  readonly kind: 'reference';
  readonly group: number;
  /** UTF-16 units that the group matches at most. */
  readonly longestChars: number;
  readonly ignoreCase: boolean;
  /** Where it stands in the pattern. */
  readonly offset: number;
}

export type Node =
  | Char
  | CharSet
  | Repeat
  | Look
  | Reference
  | { readonly kind: 'sequence'; readonly items: readonly Node[] }
  | { readonly kind: 'choice'; readonly items: readonly Node[] }
  /** A group that is remembered, counted from 1. */
  | { readonly kind: 'group'; readonly number: number; readonly body: Node }
  /** The first way in which the body matches, and no other. */
  | { readonly kind: 'atomic'; readonly body: Node }
  | { readonly kind: 'anchor'; readonly anchor: Anchor };

/** A whole pattern. */
export interface Tree {
  readonly body: Node;
  readonly groupCount: number;
  readonly names: ReadonlyMap<string, number>;
}

/** The nodes directly below one. */
export function childrenOf(node: Node): readonly Node[] {
  if ('items' in node && node.kind !== 'set') return node.items;
  return 'body' in node ? [node.body] : [];
}

/** Whether a test holds for a node or anything below it. */
export function contains(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => contains(child, test));
}

/** The character or set that a node consists of, if it is no more than that. */
export function oneCharacter(node: Node): Char | CharSet | undefined {
  if (node.kind === 'char' || node.kind === 'set') return node;
  const [only, ...others] = node.kind === 'sequence' || node.kind === 'choice' ? node.items : [];
  return only === undefined || others.length > 0 ? undefined : oneCharacter(only);
}
