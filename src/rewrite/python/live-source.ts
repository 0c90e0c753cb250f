// Writes a tree as an expression for text that is not complete yet, as in a stream: it matches what the pattern may
// still match, and marks it.
//
// Whatever would need to see beyond the end of the text so far succeeds there at once, and remembers it in a group of
// its own, a mark: a character becomes `(?:a|($))`. Nothing fails at the end then, and the ways are tried in the same
// order as without marks. So if a match has no mark, all ways that the engine preferred to it fail whatever comes, and
// it is what the pattern matches in the whole text; if it has one, the text from its start on is undecided; and before
// its start nothing can match any more. A repetition that took as much as it could marks that it stopped at the end.
//
// A look-ahead is decided where the text ends, not where the match does. If it succeeded by a mark and the rest fails, no
// harm is done: the rest fails in any case. But then nothing that chose one way and forgot the others may have relied on
// it, so patterns are not looked at closer, and held back whole, in which look-aheads stand inside of look-behinds,
// atomic groups and negative look-aheads, or groups of a look-ahead are referred to from elsewhere.
import { assertNever } from '../../std/assert-never.ts';
import { anchorSource, charSource } from './char-source.ts';
import {
  atomicSource,
  choiceSource,
  groupSource,
  plainSource,
  referenceSource,
  repeatSource,
} from './source.ts';
import type { Numbering, Source } from './source.ts';
import { childrenOf, contains, oneCharacter } from './tree.ts';
import type { Char, CharSet, Look, Node, Reference, Repeat, Tree } from './tree.ts';

/** `marks`: groups of the source; a match in which one of them took part is undecided. */
export interface LiveSource extends Source {
  readonly marks: readonly number[];
}

interface Writer {
  readonly numbering: Numbering;
  readonly marks: number[];
  /** Inside of a negative look-ahead, where the place is of no use once the end has been seen. */
  readonly isNegated: boolean;
}

/** Nothing is decided before the end. */
const UNDECIDED: LiveSource = { source: '()', groups: [], marks: [1] };

/** The expression for an incomplete text. */
export function liveSourceOf(tree: Tree): LiveSource {
  if (isForgetful(tree.body)) return UNDECIDED;
  const numbering: Numbering = { count: 0, groups: [0] };
  const marks: number[] = [];
  const source = liveSource(tree.body, { numbering, marks, isNegated: false });
  return { source: source || '(?:)', groups: numbering.groups, marks };
}

function liveSource(node: Node, writer: Writer): string {
  const { numbering } = writer;
  const write = (child: Node): string => liveSource(child, writer);
  switch (node.kind) {
    case 'char':
    case 'set':
      return runSource([node], writer);
    case 'anchor':
      // Undecided as well where only the line break is left that may be the last.
      if (node.anchor !== 'last-line-end') return markOr(writer, () => anchorSource(node.anchor));
      return writer.isNegated ? `\\n?${mark(writer)}` : `(?=\\n?${mark(writer)})`;
    case 'sequence':
      return sequenceSource(node.items, writer);
    case 'choice':
      return choiceSource(node.items, write);
    case 'group':
      return groupSource(node.number, numbering, () => write(node.body));
    case 'atomic':
      return atomicSource(numbering, () => write(node.body));
    case 'look':
      return lookSource(node, writer);
    case 'reference':
      return liveReferenceSource(node, writer);
    case 'repeat':
      return liveRepeatSource(node, writer);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(node);
  }
}

function mark({ numbering, marks }: Writer): string {
  numbering.count += 1;
  marks.push(numbering.count);
  return '($)';
}

/**
 * A mark if this is the end, else something that takes no text, and never both: each mark that could be tried without
 * would double the work. A quantifier would not do: it drops what takes no text.
 */
function markOr(writer: Writer, write: () => string): string {
  return `(?:${mark(writer)}|${write()}(?!$))`;
}

/** Characters that one mark serves; more would stand too deep in one another. */
const MAX_RUN = 32;

/** Characters that follow one another share a mark. */
function sequenceSource(items: readonly Node[], writer: Writer): string {
  let source = '';
  let run: Array<Char | CharSet> = [];
  const endRun = (): void => {
    source += run.length === 0 ? '' : runSource(run, writer);
    run = [];
  };
  for (const item of items) {
    const isChar = item.kind === 'char' || item.kind === 'set';
    if (!isChar || run.length === MAX_RUN) endRun();
    if (isChar) run.push(item);
    else source += liveSource(item, writer);
  }
  endRun();
  return source;
}

/** All of the characters, or as many of them as there are before the end. */
function runSource(run: ReadonlyArray<Char | CharSet>, writer: Writer): string {
  const sources = run.map(charSource);
  const begun = sources.slice(0, -1).reduceRight((rest, source) => `(?:${source}${rest})?`, '');
  return `(?:${sources.join('')}|${begun}${mark(writer)})`;
}

function lookSource(look: Look, writer: Writer): string {
  if (look.direction === 'behind') {
    return markOr(writer, () => plainSource(look, writer.numbering));
  }
  if (!look.isNegative) return `(?=${liveSource(look.body, writer)})`;
  const unsure = liveSource(look.body, { ...writer, isNegated: true });
  return `(?:(?=${unsure}${mark(writer)})|${plainSource(look, writer.numbering)})`;
}

/** How much of a text that comes again is recognised when the end cuts it. */
const MAX_CUT_REFERENCE_CHARS = 256;

/**
 * What the group matched, or all that is left before the end if the group's text begins with it: somewhere before, at
 * one place, there stand both.
 */
function liveReferenceSource(node: Reference, writer: Writer): string {
  const again = referenceSource(node, writer.numbering);
  writer.numbering.count += 1;
  const rest = `(?:\\${writer.numbering.count})`;
  const most = Math.min(node.longestChars, MAX_CUT_REFERENCE_CHARS);
  return `(?:${again}|(?=([^]{0,${most}})$)(?<=(?=${again})(?=${rest})[^]*?)[^]*${mark(writer)})`;
}

function liveRepeatSource(repeat: Repeat, writer: Writer): string {
  const { min, max, isLazy } = repeat;
  const isGreedy = !isLazy && max > min;
  const character = oneCharacter(repeat.body);
  if (character === undefined) {
    const body = repeatSource(`(?:${liveSource(repeat.body, writer)})`, repeat);
    return body + (isGreedy ? markOr(writer, () => '') : '');
  }
  // Shorter and quicker than a mark in each round, and the same.
  const one = charSource(character);
  const enough = repeatSource(one, repeat) + (isGreedy ? markOr(writer, () => '') : '');
  if (min === 0) return enough;
  return `(?:${enough}|${repeatSource(one, { min: 0, max: min - 1, isLazy: false })}${mark(writer)})`;
}

function looksAhead(node: Node): boolean {
  return node.kind === 'look' && node.direction === 'ahead';
}

/** Whether it can be undecided before the end of the text. */
function isDecidedLate(node: Node): boolean {
  return looksAhead(node) || (node.kind === 'anchor' && node.anchor === 'last-line-end');
}

/** Whether a choice that has been forgotten may have relied on a mark. See the head of this file. */
function isForgetful(body: Node): boolean {
  const ahead = new Set<number>();
  contains(body, (node) => {
    if (looksAhead(node))
      contains(node, (inner) => inner.kind === 'group' && ahead.add(inner.number) === undefined);
    return false;
  });
  return contains(body, (node) => {
    if (node.kind === 'reference') return ahead.has(node.group);
    if (node.kind === 'atomic') return contains(node, isDecidedLate);
    if (node.kind !== 'look') return false;
    if (node.direction === 'behind') return contains(node.body, isDecidedLate);
    return node.isNegative && childrenOf(node).some((child) => contains(child, looksAhead));
  });
}
