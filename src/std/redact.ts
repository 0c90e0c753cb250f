// Keeps keys out of everything people or files get to see. One place for the rule of what is a key: what is known to be
// one, what looks like one (key-spans.ts), and what is named like one (secret-names.ts).
import { keySpans } from './key-spans.ts';
import type { Span } from './key-spans.ts';
import { parseJson } from './json.ts';
import { isSecretField, isSecretName, secretIn } from './secret-names.ts';

export { isSecretName, secretIn };

/** Shorter ones are ignored: they would be found everywhere. */
const MIN_SECRET_CHARS = 4;
/** Shorter ones count where they stand alone only: "none" is no part of "nonetheless". */
const MIN_UNMISTAKABLE_CHARS = 8;
const IS_ASCII = /^[ -~]*$/;
const LONG_RUN = /[\w~+=-]{24,}/g;

/** The name before the value: what is shown of a secret, e.g. `sk-…cdef`; short ones are hidden whole. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return '…';
  const prefix = /^[A-Za-z]{2,5}[-_]/.exec(secret)?.[0] ?? '';
  // Nothing that would break the JSON it may stand in.
  const tail = /[\w.~+/=-]{4}$/.exec(secret)?.[0] ?? '';
  return `${prefix}…${tail}`;
}

/**
 * Replaces the given secrets, and everything that looks like a key or is named like one, by its masked form. The time
 * it takes grows with the text's length only.
 * @param known secrets of this exchange (the configured key, the client's), in a list that does not change; shorter than
 *   4 characters are ignored
 */
export function redact(text: string, known: readonly string[] = []): string {
  if (text.length > MAX_SHORT_CHARS) return redacted(text, known);
  const remembered = shortTextsFor(known);
  const last = remembered.get(text);
  if (last !== undefined) return last;
  const clean = redacted(text, known);
  const key = copyOf(text);
  remembered.set(key, clean === text ? key : copyOf(clean));
  return clean;
}

/** What was cut out of a long text would hold all of that in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}

/** The names of models and the reasons for an end come again and again; what is remembered goes with the secrets. */
const MAX_SHORT_CHARS = 64;
const MAX_SHORT_TEXTS = 32;
let shortTexts = new Map<string, string>();
let shortTextsForms: readonly string[] | undefined;

function shortTextsFor(known: readonly string[]): Map<string, string> {
  const forms = formsOf(known);
  if (forms !== shortTextsForms || shortTexts.size >= MAX_SHORT_TEXTS) shortTexts = new Map();
  shortTextsForms = forms;
  return shortTexts;
}

function redacted(text: string, known: readonly string[]): string {
  const spans = [...knownSpans(text, known), ...keySpans(text)];
  if (spans.length === 0) return text;
  let clean = '';
  let from = 0;
  for (const { start, end } of joined(spans)) {
    clean += text.slice(from, start) + maskSecret(text.slice(start, end));
    from = end;
  }
  return clean + text.slice(from);
}

/** In order; what overlaps is one secret, for no part of it may stay. */
function joined(spans: Span[]): readonly Span[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of spans.sort((a, b) => a.start - b.start)) {
    const last = all.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else all.push({ start, end });
  }
  return all;
}

/** A body that was looked through once for what looks like a key or is named like one. */
export interface SearchedBody {
  /** What was found, as it is meant: to be kept out of all that is said about the body as well. */
  readonly secrets: readonly string[];
  /** The body without these secrets and without the known ones: its own bytes where there are none, else text. */
  without: (known: readonly string[]) => Buffer | string;
}

/**
 * Looks through a body's bytes; nearly all have no secret in them, which is quick to see.
 * @param latin1 the body, each byte a character, from whoever has that already: all that announces a key is ASCII
 */
export function searchBody(body: Buffer, latin1 = body.toString('latin1')): SearchedBody {
  const spans = keySpans(latin1);
  return {
    secrets: spans.map(({ start, end }) => plainText(body.toString('utf8', start, end))),
    without(known) {
      const isClean = spans.length === 0 && !hasAny(latin1, bytesOf(known));
      return isClean ? body : redact(body.toString('utf8'), known);
    },
  };
}

/** What a text in JSON says. */
function plainText(inJson: string): string {
  const plain = parseJson(`"${inJson}"`);
  return typeof plain === 'string' ? plain : inJson;
}

/** A copy of plain data with the secrets in its texts and names removed; a text named like a secret goes whole. */
export function redactValue(value: unknown, known: readonly string[]): unknown {
  if (typeof value === 'string') return redact(value, known);
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, known));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      redact(name, known.filter(isUnmistakable)),
      typeof inner === 'string' && isSecretField(name) ? maskSecret(inner) : redactValue(inner, known),
    ]),
  );
}

/**
 * Header names and values in pairs. Of values named like secrets only the last letters stay, and so of long runs of
 * letters and digits: nobody knows what all the headers are called that carry keys.
 */
export function redactHeaders(
  headers: readonly string[],
  known: readonly string[],
): readonly (readonly [string, string])[] {
  return cleanHeaders(headers, known).map(({ pair }) => pair);
}

/** The same as JSON. */
export function redactedHeadersJson(headers: readonly string[], known: readonly string[]): string {
  let all = '';
  for (const { json } of cleanHeaders(headers, known)) all += all === '' ? json : `,${json}`;
  return `[${all}]`;
}

interface CleanHeader {
  readonly value: string;
  readonly pair: readonly [string, string];
  readonly json: string;
}

/** Most headers say what they said the last time; what is remembered goes with the secrets. */
const MAX_HEADERS = 64;
const MAX_HEADER_CHARS = 256;
let lastHeaders = new Map<string, CleanHeader>();
let lastHeadersForms: readonly string[] | undefined;

function cleanHeaders(headers: readonly string[], known: readonly string[]): readonly CleanHeader[] {
  const forms = formsOf(known);
  if (forms !== lastHeadersForms || lastHeaders.size >= MAX_HEADERS) lastHeaders = new Map();
  lastHeadersForms = forms;
  const clean: CleanHeader[] = [];
  for (let index = 0; index < headers.length; index += 2)
    clean.push(cleanHeader(String(headers[index]), String(headers[index + 1]), known));
  return clean;
}

function cleanHeader(name: string, value: string, known: readonly string[]): CleanHeader {
  const last = lastHeaders.get(name);
  if (last?.value === value) return last;
  const isSecret = isSecretName(name);
  const pair = [name, isSecret ? maskSecret(secretIn(value)) : withoutRuns(redacted(value, known))] as const;
  const header = { value, pair, json: JSON.stringify(pair) };
  // A secret is not held longer than the exchange it came with.
  if (pair[1] === value && name.length + value.length <= MAX_HEADER_CHARS) lastHeaders.set(name, header);
  return header;
}

function withoutRuns(value: string): string {
  return value.replace(LONG_RUN, maskRun);
}

function maskRun(run: string): string {
  return /\d/.test(run) && /[A-Za-z]/.test(run) ? maskSecret(run) : run;
}

function isUnmistakable(secret: string): boolean {
  return secret.length >= MIN_UNMISTAKABLE_CHARS;
}

function knownSpans(text: string, known: readonly string[]): Span[] {
  const spans: Span[] = [];
  for (const form of formsOf(known)) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      const span = { start: at, end: at + form.length };
      if (isUnmistakable(form) || standsAlone(text, span)) spans.push(span);
    }
  }
  return spans;
}

/** V8 looks for a few characters by the first of them, and prepares much for more. */
const FEW_CHARS = 6;

function hasAny(text: string, forms: readonly string[]): boolean {
  return forms.some((form) => text.includes(form.slice(-FEW_CHARS)) && text.includes(form));
}

/** The same few secrets are looked for in text after text. */
let lastKnown: readonly string[] = [];
let lastForms: readonly string[] = [];

/** How secrets stand in texts; the same list for the same secrets. */
function formsOf(known: readonly string[]): readonly string[] {
  if (known !== lastKnown) {
    const isSame = known.length === lastKnown.length && known.every((one, index) => one === lastKnown[index]);
    if (!isSame) lastForms = known.filter(({ length }) => length >= MIN_SECRET_CHARS).flatMap(formsOfOne);
    lastKnown = known;
  }
  return lastForms;
}

/** As it is, as it stands in JSON, as it stands in an address (the detour drops what no address can hold). */
function formsOfOne(secret: string): readonly string[] {
  if (/^[\w.~-]*$/.test(secret)) return [secret];
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(Buffer.from(secret).toString()),
    ]),
  ];
}

let lastBytesForms: readonly string[] = [];
let lastBytes: readonly string[] = [];

/** The same in bytes that are read as latin1. */
function bytesOf(known: readonly string[]): readonly string[] {
  const forms = formsOf(known);
  if (forms !== lastBytesForms) {
    lastBytes = forms.map((form) => (IS_ASCII.test(form) ? form : Buffer.from(form).toString('latin1')));
    lastBytesForms = forms;
  }
  return lastBytes;
}

function standsAlone(text: string, { start, end }: Span): boolean {
  return (
    !/^[A-Za-z0-9]/.test(text.slice(end, end + 1)) &&
    !/[A-Za-z0-9]$/.test(text.slice(Math.max(0, start - 1), start))
  );
}
