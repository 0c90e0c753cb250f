// Where a text holds what looks like a key, or what is named like one. Texts are long and keys are rare, so nothing
// here reads a text letter by letter: it goes from one tell-tale character to the next and looks around there.
import { isSecretField, isSecretParameter, mayBeSecretField, soundsSecret } from './secret-names.ts';

/** From `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where a word begins; in JSON, the `n` of `\n` does not belong to it. */
const WORD_START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\\[bfnrt]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}))`;

interface Shape {
  /** What stands in it, and seldom elsewhere. */
  readonly literal: string;
  /** The characters of which one stands before that; absent: any. */
  readonly behind?: string;
  readonly pattern: RegExp;
}

/** OpenAI, Anthropic, OpenRouter, DeepSeek …: sk-…; Groq gsk_…; xAI xai-…; Hugging Face hf_…; Replicate r8_… */
const PREFIXES = 'sk pk rk gsk xai hf r8 pplx fw nvapi glpat gho ghp ghs ghu github_pat tgp_v1'.split(' ');

/**
 * Key formats, by a text that stands in each: looked for there, then matched around it. The lookbehinds take in what
 * comes before; each pattern is linear in the text's length.
 */
const SHAPES: readonly Shape[] = [
  ...['-', '_'].map((literal) => ({
    literal,
    behind: PREFIXES.map((prefix) => prefix.slice(-1)).join(''),
    pattern: new RegExp(String.raw`(?<=${WORD_START}(${PREFIXES.join('|')}))[-_][\w-]{12,}`, 'dy'),
  })),
  // Google API keys: AIza and 35 more characters.
  { literal: 'AIza', pattern: new RegExp(String.raw`${WORD_START}AIza[\w-]{20,}`, 'dy') },
  // JSON web tokens: the base64 of `{"`, dots between their parts.
  {
    literal: 'J',
    behind: 'y',
    pattern: /(?<=(?:(?<![\w-])(e)|\\[bfnrt](e))y)J[\w-]{10,}\.[\w.-]{10,}/dy,
  },
  // `Bearer x`, if x has a digit in it. (In small letters it is looked for after the name of a field only: texts are
  // full of b's.)
  ...['Bearer ', 'BEARER '].map((literal) => ({
    literal,
    pattern: /bearer\s+(?=[A-Za-z._~+/=-]{0,64}\d)([A-Za-z0-9._~+/=-]{8,})/diy,
  })),
  // `//user:password@` in an address.
  { literal: '@', pattern: /(?<=\/\/([^/\s@"'\\<>]{1,200}))(?=@)/dy },
];

const MAX_NAME_CHARS = 64;
const MIN_NAME_CHARS = 3;
/** Quotes, their backslashes, and spaces between a name and its sign. */
const MAX_GAP_CHARS = 16;
const IN_AN_ADDRESS = /[^&#\s"'<>\\]+/y;
const AFTER_THE_SIGN = /\s*(?:\\*["'])?(?:(?:bearer|basic)\s+)?/iy;
/** If it has a digit in it. */
const UNQUOTED_KEY = /(?=[A-Za-z._~+/=-]{0,64}\d)[A-Za-z0-9._~+/=-]{8,}/y;
/** What is named like a key in JSON is one if it looks neither like words nor like one word. */
const QUOTED_KEY = /^(?:(?=\S*\d)\S{8,}|\S{16,})$/;
const MAX_BACKSLASHES = 15;
const QUOTED_FIELD = /\s*(\\*)(["'])/y;

/** All places, in no order; they may overlap. */
export function keySpans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { literal, behind, pattern } of SHAPES) {
    for (let at = text.indexOf(literal); at >= 0;) {
      const mayBe = behind === undefined || behind.includes(text.charAt(at - 1));
      const span = mayBe ? spanAt(text, at, pattern) : undefined;
      if (span !== undefined) spans.push(span);
      at = text.indexOf(literal, Math.max(span?.end ?? 0, at + literal.length));
    }
  }
  for (const sign of [':', '=']) {
    for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) {
      const span = namedSpan(text, at);
      if (span !== undefined) spans.push(span);
    }
  }
  return spans;
}

/** What a pattern matches at a place, with the part before it that its lookbehind has caught. */
function spanAt(text: string, at: number, pattern: RegExp): Span | undefined {
  pattern.lastIndex = at;
  const indices = pattern.exec(text)?.indices;
  if (indices === undefined) return undefined;
  const caught = indices.slice(1).find((group) => group !== undefined);
  return { start: caught?.[0] ?? at, end: pattern.lastIndex };
}

/** The value after a name and a colon or an equals sign, if it is a secret. */
function namedSpan(text: string, signAt: number): Span | undefined {
  let nameEnd = signAt;
  while (nameEnd > signAt - MAX_GAP_CHARS && isGap(text.charCodeAt(nameEnd - 1))) nameEnd -= 1;
  let nameStart = nameEnd;
  while (nameStart > nameEnd - MAX_NAME_CHARS && isNamePart(text.charCodeAt(nameStart - 1))) nameStart -= 1;
  if (nameEnd - nameStart < MIN_NAME_CHARS) return undefined;
  const name = text.slice(nameStart, nameEnd);
  if (!soundsSecret(name)) return undefined;
  if (/[?&]/.test(text.charAt(nameStart - 1)) && isSecretParameter(name))
    return found(text, signAt + 1, IN_AN_ADDRESS);
  const isSure = isSecretField(name);
  if (!isSure && !mayBeSecretField(name)) return undefined;
  // In JSON, what is no string is no secret: `"key": 4096`.
  const isQuoted = /["']/.test(text.slice(nameEnd, signAt));
  return isQuoted ? quotedSpan(text, signAt + 1, isSure) : unquotedSpan(text, signAt + 1);
}

/** Whether a character code is a quote's, a backslash's or a space's. */
function isGap(code: number): boolean {
  return code === 0x22 || code === 0x20 || code === 0x5c || code === 0x27 || code === 0x0a || code === 0x09;
}

/** Whether a character code is of `[A-Za-z0-9_.-]`. */
function isNamePart(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code === 0x2e
  );
}

function unquotedSpan(text: string, from: number): Span | undefined {
  AFTER_THE_SIGN.lastIndex = from;
  AFTER_THE_SIGN.test(text);
  return found(text, AFTER_THE_SIGN.lastIndex, UNQUOTED_KEY);
}

/** The whole string after a JSON field's name; JSON may stand in a JSON string, its quotes escaped. */
function quotedSpan(text: string, from: number, isSure: boolean): Span | undefined {
  QUOTED_FIELD.lastIndex = from;
  const opening = QUOTED_FIELD.exec(text);
  if (opening === null) return undefined;
  const [whole, backslashes = '', quote = '"'] = opening;
  const start = from + whole.length;
  const depth = backslashes.length;
  // JSON in JSON, four times over, has 15 backslashes before a quote: what has more was made to cost time.
  if (depth > MAX_BACKSLASHES) return isSure ? { start, end: text.length } : undefined;
  let end = text.indexOf(quote, start);
  // A quote in the string itself has more backslashes before it: n + 1 more for each level of escaping.
  while (end >= 0 && backslashesBefore(text, end, start) % (2 * (depth + 1)) !== depth)
    end = text.indexOf(quote, end + 1);
  if (end < 0) end = text.length;
  else end -= depth;
  const isSecret = isSure ? end > start : QUOTED_KEY.test(text.slice(start, end));
  return isSecret ? { start, end } : undefined;
}

function backslashesBefore(text: string, at: number, from: number): number {
  let count = 0;
  while (at - count > from && text.charAt(at - count - 1) === '\\') count += 1;
  return count;
}

function found(text: string, from: number, pattern: RegExp): Span | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? { start: from, end: pattern.lastIndex } : undefined;
}
