// Finds how much of a continuation was said before: its last words, or everything from the beginning. Runs of white
// space are equal to one another here, and white space at either end does not count.

/** What a continuation begins with. */
export type Beginning =
  /** Text that was not said before. */
  | { readonly kind: 'new' }
  /** So many characters (UTF-16 code units) that end where the text said before ends. */
  | { readonly kind: 'repeated'; readonly chars: number }
  /** The beginning of what was said, and then something else: another reply. */
  | { readonly kind: 'other-reply' };

/** Reads the beginning of a continuation piece by piece. */
export interface BeginningReader {
  /** Takes the next piece; undefined as long as what follows could change the answer. */
  read(text: string): Beginning | undefined;
  /** Nothing follows. */
  end(): Beginning;
}

/** How far back a repetition may begin, in characters, unless it begins where the reply begins. */
const REACH_CHARS = 400;
/** A beginning of this length is not the same by chance. */
const TELLING_CHARS = 40;
const TELLING_WORDS = 8;

/** Scripts that put no spaces between words: two characters of them count as one word. */
const UNSPACED = '\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmr}\\p{sc=Mymr}';
const LETTER = `(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}'’])`;
const WORDS = new RegExp(`[${UNSPACED}]{2}|${LETTER}+`, 'gu');
const TWO_LETTERS = new RegExp(`^${LETTER}{2}`, 'u');
const REST_OF_WORD = new RegExp(`^${LETTER}+`, 'u');
/** Text that would run into itself, as in "TheThe", if it were said twice without a space between. */
const RUNS_TOGETHER = /^\P{L}*\p{Lu}(?:.*\p{L})?$/su;
const WHITE_SPACE = /\s/;

const NEW: Beginning = { kind: 'new' };
const OTHER_REPLY: Beginning = { kind: 'other-reply' };

/**
 * @param said the reply so far
 * @param begun what the client had begun it with, if it has (SillyTavern's "continue"): some models begin there again
 */
export function beginningReader(said: string, begun = ''): BeginningReader {
  const text = begun + said;
  const known = text.trim().replaceAll(/\s+/g, ' ');
  /** Where the reply begins in `known`, after what the client had begun it with. */
  const ownStart = text
    .slice(0, text.length - said.trimStart().length)
    .trimStart()
    .replaceAll(/\s+/g, ' ').length;
  /** Where in `known` the repetition may have begun. All have matched equally far. */
  let starts = startsIn(known, ownStart);
  let matched = 0;
  /** How much of one of the beginnings was matched. */
  let matchedFrom = { start: 0, length: 0 };
  let read = 0;
  let spaces = 0;
  /** The longest repetition that reached the end of `known`, and how much of the continuation it takes. */
  let whole: { readonly start: number; readonly chars: number } | undefined;

  /** Keeps the starts that the next character (white space: one for the run) goes on with. */
  const match = (character: string): void => {
    starts = starts.filter((start) => known[start + matched] === character);
    matched += 1;
    const beginning = starts.find((start) => start === 0 || start === ownStart);
    if (beginning !== undefined) matchedFrom = { start: beginning, length: matched };
  };
  const readCharacter = (character: string): void => {
    read += 1;
    if (WHITE_SPACE.test(character)) {
      spaces += 1;
      if (spaces > REACH_CHARS) starts = [];
      return;
    }
    if (spaces > 0) {
      if (matched > 0) match(' ');
      else starts = starts.filter((start) => !isInsideWord(known, start));
      spaces = 0;
    }
    match(character);
    const start = known.length - matched;
    if (starts.at(-1) === start) {
      starts.pop();
      whole = { start, chars: read };
    }
  };
  const end = (): Beginning => {
    if (whole !== undefined) {
      const { start, chars } = whole;
      const all = start === 0 ? text : start === ownStart ? said : undefined;
      if (isRepetition(known, start) || (all?.length === chars && RUNS_TOGETHER.test(all)))
        return { kind: 'repeated', chars };
    }
    const { start, length } = matchedFrom;
    return isTelling(known.slice(start, start + length)) ? OTHER_REPLY : NEW;
  };

  return {
    read: (text) => {
      for (let at = 0; at < text.length && starts.length > 0; at += 1) readCharacter(text.charAt(at));
      return starts.length > 0 ? undefined : end();
    },
    end,
  };
}

/** Every place that a repetition may begin at, in order: the two beginnings, and what is near enough to the end. */
function startsIn(known: string, ownStart: number): number[] {
  const first = Math.max(0, known.length - REACH_CHARS);
  const near = Array.from({ length: known.length - first }, (_, index) => first + index);
  const beginnings = ownStart === 0 ? [0] : [0, ownStart];
  return [...beginnings.filter((start) => start < first), ...near];
}

function isInsideWord(text: string, at: number): boolean {
  return at > 0 && TWO_LETTERS.test(text.slice(at - 1, at + 3));
}

/** Two different words make a repetition; one, or one again and again, is a way of speaking ("very, very"). */
function isRepetition(known: string, start: number): boolean {
  const text = known.slice(start);
  return differentIn(wordsIn(isInsideWord(known, start) ? text.replace(REST_OF_WORD, '') : text)) > 1;
}

function isTelling(beginning: string): boolean {
  const words = wordsIn(beginning);
  const isLong = beginning.length >= TELLING_CHARS || words.length >= TELLING_WORDS;
  return isLong && differentIn(words) > 1;
}

function wordsIn(text: string): readonly string[] {
  return text.toLowerCase().match(WORDS) ?? [];
}

function differentIn(words: readonly string[]): number {
  return new Set(words).size;
}
