// Reads the chunks of one stream, most of which differ from the one before only in the text they add: those need no
// parsing. What a chunk means is openai-chat.ts's to say; this gives the same answers, sooner.
import { readFrameData } from './openai-chat.ts';
import type { FrameMeaning, Meaning, Shown } from './openai-chat.ts';
import type { JsonObject } from '../std/json.ts';

/** A chunk with its text taken out. */
interface Pattern {
  readonly before: string;
  readonly after: string;
  /** The same with what makes a frame of it. */
  readonly frameBefore: string;
  readonly frameAfter: string;
  /** It stands around the text, so it is the same in all of them. */
  readonly usage: JsonObject | undefined;
}

const FIELD = '"content":"';
/** Text that stands in JSON as it is: no quote, no escape, no control character. */
// oxlint-disable-next-line no-control-regex -- JSON (RFC 8259 §7) forbids exactly these inside a string
const PLAIN_TEXT = /^[^"\\\u0000-\u001f]*$/;
/** The same in ASCII, of which a character is a byte in any encoding. */
const PLAIN_ASCII = /^[ !#-[\]-~]*$/;
/** Some upstreams put something new into every chunk; after so many misses in a row it is not tried any more. */
const MAX_MISSES = 8;

/** Reads one stream, in its order. */
export class ChunkReader {
  #pattern: Pattern | undefined;
  #misses = 0;

  /** What the data of the next frame say. */
  read(data: string): FrameMeaning {
    const pattern = this.#pattern;
    const text = pattern === undefined ? undefined : textBetween(data, pattern.before, pattern.after);
    if (pattern !== undefined && text !== undefined && PLAIN_TEXT.test(text)) {
      this.#misses = 0;
      const { usage } = pattern;
      return {
        kind: 'chunk',
        meaning: { shown: shownBy(text), text, finishReason: undefined, error: undefined, usage },
      };
    }
    const meaning = readFrameData(data);
    this.#misses += 1;
    this.#pattern = this.#misses > MAX_MISSES ? undefined : patternOf(data, meaning);
    return meaning;
  }

  /**
   * The text that the next bytes add, if they are one whole frame, in ASCII, that says nothing else: to be asked where a
   * frame begins. undefined: they are to be split into frames, and those to be read.
   */
  plainText(bytes: Buffer): string | undefined {
    const pattern = this.#pattern;
    if (pattern === undefined || pattern.usage !== undefined) return undefined;
    const text = textBetween(bytes.toString('latin1'), pattern.frameBefore, pattern.frameAfter);
    if (text === undefined || !PLAIN_ASCII.test(text)) return undefined;
    this.#misses = 0;
    return text;
  }
}

function shownBy(text: string): Shown {
  // A word, with or without a space before it, is seen without a search.
  return isSign(text.charCodeAt(0)) || isSign(text.charCodeAt(1)) || /\S/.test(text) ? 'content' : 'nothing';
}

/** Whether a character code is of ASCII and no white space; NaN, behind a text's end, is not. */
function isSign(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** What stands between a beginning and an end; undefined where they are others. */
function textBetween(whole: string, before: string, after: string): string | undefined {
  const end = whole.length - after.length;
  // Cut out and compared takes a third less time than startsWith and endsWith.
  if (end < before.length || whole.slice(0, before.length) !== before || whole.slice(end) !== after)
    return undefined;
  return whole.slice(before.length, end);
}

/** The pattern of a chunk that shows its text and, with that taken out, nothing. */
function patternOf(data: string, reading: FrameMeaning): Pattern | undefined {
  const field = data.indexOf(FIELD);
  // Data of several lines are framed otherwise.
  if (field === -1 || data.includes('\n') || !says(reading, 'content')) return undefined;
  const start = field + FIELD.length;
  const before = data.slice(0, start);
  const after = data.slice(data.indexOf('"', start));
  const bare = readFrameData(before + after);
  if (!says(bare, 'nothing')) return undefined;
  const { usage } = bare.meaning;
  return { before, after, frameBefore: `data: ${before}`, frameAfter: `${after}\n\n`, usage };
}

/** Whether it is a chunk that shows just this: no finish_reason, no error. */
function says(reading: FrameMeaning, shown: Shown): reading is { kind: 'chunk'; meaning: Meaning } {
  if (reading.kind !== 'chunk') return false;
  const { meaning } = reading;
  if (meaning.text === undefined) return false;
  return meaning.shown === shown && meaning.finishReason === undefined && meaning.error === undefined;
}
