// Writes a tree as the source of a JavaScript expression with the flag u.
import { assertNever } from '../../std/assert-never.ts';
import { anchorSource, charSource } from './char-source.ts';
import { oneCharacter } from './tree.ts';
import type { Look, Node, Reference, Repeat, Tree } from './tree.ts';

/** How the groups are counted while a source is written. */
export interface Numbering {
  /** How many there are so far. */
  count: number;
  /** By the number of a group in the pattern: its number in the source. */
  readonly groups: number[];
}

/** A source, and by the number of a group in the pattern its number there; 0 is the whole match. */
export interface Source {
  readonly source: string;
  readonly groups: readonly number[];
}

/** The expression that means the same as the tree. */
export function sourceOf(tree: Tree): Source {
  const numbering: Numbering = { count: 0, groups: [0] };
  return { source: plainSource(tree.body, numbering) || '(?:)', groups: numbering.groups };
}

/** One node, for a place where anything may follow it but a quantifier. */
export function plainSource(node: Node, numbering: Numbering): string {
  const write = (child: Node): string => plainSource(child, numbering);
  switch (node.kind) {
    case 'char':
    case 'set':
      return charSource(node);
    case 'anchor':
      return anchorSource(node.anchor);
    case 'sequence':
      return node.items.map(write).join('');
    case 'choice':
      return choiceSource(node.items, write);
    case 'group':
      return groupSource(node.number, numbering, () => write(node.body));
    case 'atomic':
      return atomicSource(numbering, () => write(node.body));
    case 'look':
      return `(${lookSign(node)}${write(node.body)})`;
    case 'reference':
      return referenceSource(node, numbering);
    case 'repeat':
      return repeatSource(oneCharacter(node.body) ? write(node.body) : `(?:${write(node.body)})`, node);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

/** Alternatives, kept together. */
export function choiceSource(items: readonly Node[], write: (node: Node) => string): string {
  const sources = items.map(write);
  return sources.length === 1 ? sources.join('') : `(?:${sources.join('|')})`;
}

/** A group that is remembered, under the next number. */
export function groupSource(number: number, numbering: Numbering, write: () => string): string {
  numbering.count += 1;
  numbering.groups[number] = numbering.count;
  return `(${write()})`;
}

/** JavaScript never goes back into a look-ahead: what it has found is repeated. */
export function atomicSource(numbering: Numbering, write: () => string): string {
  numbering.count += 1;
  const number = numbering.count;
  return `(?=(${write()}))(?:\\${number})`;
}

/** In brackets, so that a digit may follow. */
export function referenceSource(node: Reference, numbering: Numbering): string {
  return `(?:\\${numbering.groups[node.group]})`;
}

/** A body with a quantifier. */
export function repeatSource(body: string, { min, max, isLazy }: Limits): string {
  const sign = min === max ? `{${min}}` : `{${min},${max === Infinity ? '' : max}}`;
  return `${body}${SHORT_SIGNS.get(sign) ?? sign}${isLazy ? '?' : ''}`;
}

type Limits = Pick<Repeat, 'min' | 'max' | 'isLazy'>;

const SHORT_SIGNS: ReadonlyMap<string, string> = new Map([
  ['{0,}', '*'],
  ['{1,}', '+'],
  ['{0,1}', '?'],
]);

function lookSign(look: Look): string {
  const sign = look.isNegative ? '!' : '=';
  return look.direction === 'ahead' ? `?${sign}` : `?<${sign}`;
}
