// Where things stand in the bytes of JSON, so that a piece can be put in without touching the rest. The bytes must be
// valid JSON: what is wrong with them is for `JSON.parse` to say.

/** Bytes [start, end) of one value of an object or array. */
export interface JsonEntry {
  /** Its name, unescaped; undefined in an array. */
  readonly key: string | undefined;
  readonly start: number;
  readonly end: number;
}

/** The values of one object or array, in their order. */
export interface JsonEntries {
  readonly entries: readonly JsonEntry[];
  /** Position of its closing bracket. */
  readonly close: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const OPEN = new Set([0x5b, OPEN_OBJECT]);
const CLOSE = new Set([0x5d, 0x7d]);
/** RFC 8259 §2. */
const WHITE_SPACE = new Set([0x20, 0x09, 0x0a, 0x0d]);
const SCALAR_END = new Set([COMMA, ...WHITE_SPACE, ...CLOSE]);

/**
 * The values of the object or array that begins at `start` (or after white space there), without looking into them.
 * Reads each byte once and decodes nothing but the keys.
 */
export function jsonEntries(json: Buffer, start = 0): JsonEntries {
  const entries: JsonEntry[] = [];
  let at = skipWhiteSpace(json, start);
  const isObject = json[at] === OPEN_OBJECT;
  at = skipWhiteSpace(json, at + 1);
  while (!isAnyOf(CLOSE, json[at])) {
    let key: string | undefined;
    if (isObject) {
      const keyEnd = skipString(json, at);
      key = String(JSON.parse(json.toString('utf8', at, keyEnd)));
      at = skipWhiteSpace(json, skipWhiteSpace(json, keyEnd) + 1); // the colon between
    }
    const end = skipValue(json, at);
    entries.push({ key, start: at, end });
    at = skipWhiteSpace(json, end);
    if (json[at] === COMMA) at = skipWhiteSpace(json, at + 1);
  }
  return { entries, close: at };
}

function skipWhiteSpace(json: Buffer, start: number): number {
  let at = start;
  while (isAnyOf(WHITE_SPACE, json[at])) at += 1;
  return at;
}

/** The end of the value at `start`, however deep it goes. */
function skipValue(json: Buffer, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const byte = json[at];
    if (byte === QUOTE) at = skipString(json, at);
    else if (depth === 0 && !isAnyOf(OPEN, byte)) return skipScalar(json, at);
    else {
      if (isAnyOf(OPEN, byte)) depth += 1;
      else if (isAnyOf(CLOSE, byte)) depth -= 1;
      at += 1;
    }
  } while (depth > 0);
  return at;
}

/** The end of the number or literal at `start`. */
function skipScalar(json: Buffer, start: number): number {
  let at = start;
  while (!isAnyOf(SCALAR_END, json[at])) at += 1;
  return at;
}

/** The end of the string whose quote is at `start`: the next quote with an even number of backslashes before it. */
function skipString(json: Buffer, start: number): number {
  let quote = start;
  let backslashes: number;
  do {
    quote = json.indexOf(QUOTE, quote + 1);
    backslashes = 0;
    while (json[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
  } while (backslashes % 2 === 1);
  return quote + 1;
}

function isAnyOf(bytes: ReadonlySet<number>, byte: number | undefined): boolean {
  return byte !== undefined && bytes.has(byte);
}
