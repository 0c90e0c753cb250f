// Reads the text of a JSONPath query from one end to the other: tokens, texts in quotes, and where it went wrong. What
// the tokens mean is json-path-parse.ts's to say.

/** A place in a text that is being read. */
export interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** Brackets in brackets: far more than anyone writes. */
const MAX_DEPTH = 32;

const BLANK = /[ \t\n\r]*/y;
const ESCAPE = String.raw`\\(?:[bfnrt/\\QUOTE]|u[0-9A-Fa-f]{4})`;
const STRING = (quote: string): RegExp =>
  new RegExp(`${quote}((?:[^${quote}\\\\\\u0000-\\u001f]|${ESCAPE.replace('QUOTE', quote)})*)${quote}`, 'y');
const SINGLE_QUOTED = STRING("'");
const DOUBLE_QUOTED = STRING('"');
/** A text in either kind of quotes; undefined where none begins. */
export function stringAt(cursor: Cursor): string | undefined {
  const quote = cursor.text[cursor.at];
  if (quote !== "'" && quote !== '"') return undefined;
  const start = cursor.at;
  const body = take(cursor, quote === '"' ? DOUBLE_QUOTED : SINGLE_QUOTED)?.[1];
  // The escapes are those of JSON, but for the quotes.
  const json = body?.replace(/\\.|"/gs, (found) => (found === '"' ? '\\"' : found === "\\'" ? "'" : found));
  const text = json === undefined ? undefined : String(JSON.parse(`"${json}"`));
  return text === undefined || /\p{Surrogate}/u.test(text) ? fail(cursor, 'a text in quotes', start) : text;
}

/** Reads something in brackets, unless it stands in too many others. */
export function inside<Read>(cursor: Cursor, read: () => Read): Read {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) fail(cursor, `no more than ${MAX_DEPTH} brackets in one another`);
  const result = read();
  cursor.depth -= 1;
  return result;
}

/** What a sticky expression finds here, which is then behind us. */
export function take(cursor: Cursor, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = cursor.at;
  const found = expression.exec(cursor.text) ?? undefined;
  cursor.at += found?.[0].length ?? 0;
  return found;
}

/** Whether the token stands here; it is then behind us. */
export function takes(cursor: Cursor, token: string): boolean {
  const isThere = cursor.text.startsWith(token, cursor.at);
  if (isThere) cursor.at += token.length;
  return isThere;
}

/** The same after blanks, which stay where the token is not there. */
export function takesAfterBlank(cursor: Cursor, token: string): boolean {
  const before = cursor.at;
  skipBlank(cursor);
  if (takes(cursor, token)) return true;
  cursor.at = before;
  return false;
}

/** Blanks of the RFC, which are those of JSON. */
export function skipBlank(cursor: Cursor): void {
  take(cursor, BLANK);
}

/**
 * Ends the reading.
 * @throws SyntaxError with what was expected, and at which character (from 1)
 */
export function fail({ text, at }: Cursor, expected: string, start = at): never {
  const found =
    start < text.length ? `not ${JSON.stringify(text.slice(start, start + 20))}` : 'where the path ends';
  throw new SyntaxError(`expected ${expected} at character ${start + 1}, ${found}`);
}
