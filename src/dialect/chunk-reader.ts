// Reads the chunks of one stream, most of which differ from the one before only in the text they add: those need no
// parsing. What a chunk means is openai-chat.ts's to say; this gives the same answers, sooner.
import { readFrameData } from './openai-chat.ts';
import type { FrameMeaning, Meaning, Shown } from './openai-chat.ts';
import type { JsonObject } from '../std/json.ts';

/** A chunk with its text taken out. */
interface Pattern {
  readonly before: string;
  readonly after: string;
  /** It stands around the text, so it is the same in all of them. */
  readonly usage: JsonObject | undefined;
}

const FIELD = '"content":"';
/** Text that stands in JSON as it is: no quote, no escape, no control character. */
// oxlint-disable-next-line no-control-regex -- JSON (RFC 8259 §7) forbids exactly these inside a string
const PLAIN_TEXT = /^[^"\\\u0000-\u001f]*$/;
/** Some upstreams put something new into every chunk; after so many misses in a row it is not tried any more. */
const MAX_MISSES = 8;

/** A reader for the data of one stream's frames, in their order. */
export function chunkReader(): (data: string) => FrameMeaning {
  let pattern: Pattern | undefined;
  let misses = 0;
  return (data) => {
    const text = pattern === undefined ? undefined : textIn(data, pattern);
    if (pattern !== undefined && text !== undefined) {
      misses = 0;
      const { usage } = pattern;
      return {
        kind: 'chunk',
        meaning: { shown: shownBy(text), text, finishReason: undefined, error: undefined, usage },
      };
    }
    const meaning = readFrameData(data);
    misses += 1;
    pattern = misses > MAX_MISSES ? undefined : patternOf(data, meaning);
    return meaning;
  };
}

function shownBy(text: string): Shown {
  // A word, with or without a space before it, is seen without a search.
  return isSign(text.charCodeAt(0)) || isSign(text.charCodeAt(1)) || /\S/.test(text) ? 'content' : 'nothing';
}

/** Whether a character code is of ASCII and no white space; NaN, behind a text's end, is not. */
function isSign(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

/** The text of a chunk that is otherwise the pattern's, if it is plain. */
function textIn(data: string, { before, after }: Pattern): string | undefined {
  const end = data.length - after.length;
  // Cut out and compared takes a third less time than startsWith and endsWith.
  if (end < before.length || data.slice(0, before.length) !== before || data.slice(end) !== after)
    return undefined;
  const text = data.slice(before.length, end);
  return PLAIN_TEXT.test(text) ? text : undefined;
}

/** The pattern of a chunk that shows its text and, with that taken out, nothing. */
function patternOf(data: string, reading: FrameMeaning): Pattern | undefined {
  const field = data.indexOf(FIELD);
  if (field === -1 || !says(reading, 'content')) return undefined;
  const start = field + FIELD.length;
  const before = data.slice(0, start);
  const after = data.slice(data.indexOf('"', start));
  const bare = readFrameData(before + after);
  return says(bare, 'nothing') ? { before, after, usage: bare.meaning.usage } : undefined;
}

/** Whether it is a chunk that shows just this: no finish_reason, no error. */
function says(reading: FrameMeaning, shown: Shown): reading is { kind: 'chunk'; meaning: Meaning } {
  if (reading.kind !== 'chunk') return false;
  const { meaning } = reading;
  if (meaning.text === undefined) return false;
  return meaning.shown === shown && meaning.finishReason === undefined && meaning.error === undefined;
}
