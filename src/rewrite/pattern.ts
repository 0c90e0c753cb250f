// A text rule, from what a user writes to what runs: Python's pattern and replacement translated, and what is known of
// them. Applying a rule to a text that comes in pieces is in stage.ts.
import { searchSteps, stepsPerStart } from './python/cost.ts';
import { attempt, Fault } from './python/fault.ts';
import { liveSourceOf } from './python/live-source.ts';
import { canBeEmpty, contextChars, forgottenChars, longestChars, prefersEmpty } from './python/measure.ts';
import { parsePattern } from './python/parse.ts';
import { checkReferences } from './python/references.ts';
import { sourceOf } from './python/source.ts';
import { contains } from './python/tree.ts';
import type { Tree } from './python/tree.ts';
import { parseTemplate, replaceString } from './replacement.ts';
import type { Template } from './replacement.ts';

/** A rule as it stands in the configuration. */
export interface RuleSource {
  readonly pattern: string;
  /** Letters of imsx. */
  readonly flags: string;
  readonly replacement: string;
}

/** A rule that can run. Plain data, so that it can be posted to a worker. */
export interface TextRule {
  /** For a whole text, as are `groups`: by the number of a group in the pattern, its number in the source. */
  readonly source: string;
  readonly groups: readonly number[];
  /** For a text that goes on, see live-source.ts; as are `liveGroups`, and `liveMarks`: a match with one is undecided. */
  readonly liveSource: string;
  readonly liveGroups: readonly number[];
  readonly liveMarks: readonly number[];
  /** Of both sources, without g. */
  readonly flags: string;
  readonly template: Template;
  /** Its work is bounded for any text: at most HARMLESS_STEPS for each character. */
  readonly isHarmless: boolean;
  /** Otherwise its work at most, by the length of a text, see cost.ts. */
  readonly searchSteps: readonly number[];
  /** UTF-16 units of a match at most; undefined without a limit. */
  readonly longestMatchChars: number | undefined;
  /** UTF-16 units before a place that decide on a match there. */
  readonly contextChars: number;
  /** UTF-16 units behind a match in which something may have been decided without a mark; may be Infinity. */
  readonly forgottenChars: number;
}

/** Why a rule can not be used. `offset` is in UTF-16 units; the message says what to write instead. */
export interface PatternProblem {
  readonly part: 'pattern' | 'replacement';
  readonly offset: number;
  readonly message: string;
}

export type CompiledRule =
  | { readonly kind: 'valid'; readonly rule: TextRule }
  | { readonly kind: 'invalid'; readonly problem: PatternProblem };

export type CompiledSearch =
  | { readonly kind: 'valid'; readonly source: string; readonly flags: string; readonly isHarmless: boolean }
  | { readonly kind: 'invalid'; readonly problem: PatternProblem };

/** Steps from one place of a text, see cost.ts: a megabyte is then searched in well under a second at worst. */
const HARMLESS_STEPS = 200;

/** Context is kept for one character at least, which may be two units. */
const MIN_CONTEXT_CHARS = 2;

/** Translates a rule. Never throws. */
export function compileTextRule({ pattern, flags, replacement }: RuleSource): CompiledRule {
  const read = attempt(() => readPattern(pattern, flags));
  if (read instanceof Fault) return invalid('pattern', read);
  const template = attempt(() => parseTemplate(replacement, read.tree, read.unsure));
  if (template instanceof Fault) return invalid('replacement', template);
  const { body } = read.tree;
  if (prefersEmpty(body)) return invalid('pattern', new Fault(0, EMPTY_FIRST));
  const live = liveSourceOf(read.tree);
  const liveSource = betweenCharacters(read.tree, live.source);
  const fault = unusable(liveSource, read.flags);
  if (fault !== undefined) return invalid('pattern', fault);
  const longest = longestChars(body);
  const harmless = isHarmless(read.tree);
  const rule: TextRule = {
    source: read.source,
    groups: read.groups,
    liveSource,
    liveGroups: live.groups,
    liveMarks: live.marks,
    flags: read.flags,
    template,
    isHarmless: harmless,
    searchSteps: harmless ? [] : searchSteps(body),
    longestMatchChars: longest === Infinity ? undefined : longest,
    contextChars: Math.max(MIN_CONTEXT_CHARS, contextChars(body)),
    forgottenChars: forgottenChars(body),
  };
  return { kind: 'valid', rule };
}

/** Translates a pattern that is only searched for. Never throws. */
export function compileSearchPattern(pattern: string, flags: string): CompiledSearch {
  const read = attempt(() => readPattern(pattern, flags));
  if (read instanceof Fault) return invalid('pattern', read);
  return { kind: 'valid', source: read.source, flags: read.flags, isHarmless: isHarmless(read.tree) };
}

interface ReadPattern {
  readonly tree: Tree;
  readonly unsure: ReadonlySet<number>;
  readonly source: string;
  readonly groups: readonly number[];
  readonly flags: string;
}

function readPattern(pattern: string, letters: string): ReadPattern {
  const tree = parsePattern(pattern, letters);
  const unsure = checkReferences(tree);
  const flags = flagsFor(tree);
  const { groups, source: bare } = sourceOf(tree);
  const source = betweenCharacters(tree, bare);
  const fault = unusable(source, flags);
  if (fault !== undefined) throw fault;
  return { tree, unsure, source, groups, flags };
}

/** Case variants are written out; only a reference that ignores case needs the flag, and then for all of the pattern. */
function flagsFor({ body }: Tree): string {
  let offset: number | undefined;
  contains(body, (node) => {
    if (node.kind === 'reference' && node.ignoreCase) offset ??= node.offset;
    return false;
  });
  if (offset === undefined) return 'u';
  if (contains(body, (node) => 'ignoreCase' in node && !node.ignoreCase)) {
    throw new Fault(
      offset,
      'here case is ignored in a reference but not in all of the pattern; set the flag i for all of it',
    );
  }
  return 'iu';
}

const EMPTY_FIRST =
  'the pattern may match nothing where it could match something; put the longer alternative first, and leave out a ? behind a repetition';

/** V8 finds empty matches inside of surrogate pairs, unless something there has to be a character. */
function betweenCharacters({ body }: Tree, source: string): string {
  return canBeEmpty(body) ? `(?=[^]|$)${source}` : source;
}

/** Shorter sources are never too much for the engine, whatever they say. */
const LARGE_SOURCE_CHARS = 4_000;

/** Too much for the engine shows when an expression runs first, for texts of one byte and of two bytes a character. */
function unusable(source: string, flags: string): Fault | undefined {
  if (source.length < LARGE_SOURCE_CHARS) return undefined;
  try {
    // With the flag g, as it will be used: the engine remembers what it has prepared.
    const expression = new RegExp(source, `g${flags}`);
    ''.search(expression);
    '\u2014'.search(expression);
    return undefined;
  } catch {
    return new Fault(0, 'the pattern is too large; make several rules of it');
  }
}

function isHarmless(tree: Tree): boolean {
  return stepsPerStart(tree.body) <= HARMLESS_STEPS;
}

function invalid(
  part: PatternProblem['part'],
  { offset, message }: Fault,
): { readonly kind: 'invalid'; readonly problem: PatternProblem } {
  return { kind: 'invalid', problem: { part, offset, message } };
}

interface Expressions {
  readonly whole: RegExp;
  readonly live: RegExp;
  readonly replaceString: string;
}

const expressions = new WeakMap<TextRule, Expressions>();

/** The expressions of a rule, with the flag g; made once for each rule object. */
export function expressionsOf(rule: TextRule): Expressions {
  const known = expressions.get(rule);
  if (known !== undefined) return known;
  const made: Expressions = {
    whole: new RegExp(rule.source, `g${rule.flags}`),
    live: new RegExp(rule.liveSource, `g${rule.flags}`),
    replaceString: replaceString(rule.template, rule.groups),
  };
  expressions.set(rule, made);
  return made;
}

/** Applies a rule to a whole text. The very same text when nothing matched. */
export function replaceAll(rule: TextRule, text: string): string {
  const { whole, replaceString } = expressionsOf(rule);
  return text.replace(whole, replaceString);
}
