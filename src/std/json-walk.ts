// Walks through JSON text without making values of it, so that a string in it can be replaced and all else stays as it
// came. The text must be valid JSON: what is wrong with it is for `JSON.parse` to say. JSON's structure is ASCII, so
// bytes read as latin1 will do.

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

/** Looks at the value that begins at `at` and returns where it ends: by `skipValue`, or by walking through it. */
export type Visit = (key: string, at: number) => number;

/**
 * Visits the values of the object or array at `start`, in their order, and returns its end. In an array, every key is
 * ''. Any other value is skipped.
 */
export function eachValue(json: string, start: number, visit: Visit): number {
  const isObject = json.charCodeAt(start) === OPEN_OBJECT;
  if (!isObject && json.charCodeAt(start) !== OPEN_ARRAY) return skipValue(json, start);
  let at = skipSpace(json, start + 1);
  while (!isClose(json.charCodeAt(at))) {
    let key = '';
    if (isObject) {
      const keyEnd = skipString(json, at);
      key = keyAt(json, at, keyEnd);
      at = skipSpace(json, skipSpace(json, keyEnd) + 1); // the colon between
    }
    at = skipSpace(json, visit(key, at));
    if (json.charCodeAt(at) === COMMA) at = skipSpace(json, at + 1);
  }
  return at + 1;
}

/** The end of the value at `start`, however deep it goes. */
export function skipValue(json: string, start: number): number {
  let at = start;
  let depth = 0;
  do {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = skipString(json, at);
    else {
      if (isOpen(code)) depth += 1;
      else if (isClose(code)) depth -= 1;
      else if (depth === 0) return skipScalar(json, at);
      at += 1;
    }
  } while (depth > 0);
  return at;
}

/** Whether the value at `start` is a string. */
export function isString(json: string, start: number): boolean {
  return json.charCodeAt(start) === QUOTE;
}

/** The end of the white space at `start`. */
export function skipSpace(json: string, start: number): number {
  let at = start;
  // All white space of JSON lies at or below the space, and nothing else does outside strings (RFC 8259 §2).
  while (json.charCodeAt(at) <= SPACE) at += 1;
  return at;
}

/** The end of the string whose quote is at `start`: after the next quote with an even number of backslashes before it. */
function skipString(json: string, start: number): number {
  let quote = start;
  let backslashes: number;
  do {
    quote = json.indexOf('"', quote + 1);
    backslashes = 0;
    while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes += 1;
  } while (backslashes % 2 === 1);
  return quote + 1;
}

function keyAt(json: string, start: number, end: number): string {
  const written = json.slice(start + 1, end - 1);
  return written.includes('\\') ? String(JSON.parse(json.slice(start, end))) : written;
}

/** The end of the number or literal at `start`. */
function skipScalar(json: string, start: number): number {
  let at = start;
  for (;;) {
    const code = json.charCodeAt(at);
    // The end of the text is NaN, which compares as false.
    if (code === COMMA || isClose(code) || !(code > SPACE)) return at;
    at += 1;
  }
}

function isOpen(code: number): boolean {
  return code === OPEN_ARRAY || code === OPEN_OBJECT;
}

function isClose(code: number): boolean {
  return code === CLOSE_ARRAY || code === CLOSE_OBJECT;
}
