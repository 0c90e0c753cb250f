// Finds the words in an error answer, wherever an upstream puts them. What they mean is decided by rules.
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { collapsed, shortened, withoutMarkup, wordsForPeople } from './markup.ts';

/** What an error answer says. */
export interface ErrorText {
  /** For people: the words found, else the whole text; markup removed, white space collapsed, bounded. */
  readonly message: string;
  /** For patterns: each text found, then the whole answer; each of bounded length. */
  readonly texts: readonly string[];
  /** The JSON objects the answer is made of, outermost first: codes and stated waits stand in them. */
  readonly layers: readonly JsonObject[];
}

/**
 * Fields that hold an error's words or the next layer of it, most telling first: OpenAI's `error.message`,
 * FastAPI's `detail[].msg`, OpenRouter's `error.metadata.raw`, Google's `error.details[]`, one-api's
 * `header.message` and `response.error.message`, `proxy_note` of reverse proxies, the `reasons` of OpenRouter's moderation.
 */
const FIELDS = [
  'error',
  'message',
  'detail',
  'msg',
  'err',
  'error_msg',
  'proxy_note',
  'metadata',
  'raw',
  'header',
  'response',
  'errors',
  'details',
  'availability',
  'headers',
  'reasons',
  'promptFeedback',
  'blockReason',
] as const;

// Real errors stay far below these; they bound the work on made-up ones.
const MAX_DEPTH = 10;
const MAX_LAYERS = 50;
const MAX_ITEMS = 20;
const MAX_TEXT_CHARS = 8_192;
const MAX_WHOLE_CHARS = 65_536;

/**
 * Reads an error answer.
 * @param parsed the answer as JSON; undefined if it is none
 * @param whole the answer as text; empty if it must not be matched as a whole (a reply's own words stand in it)
 */
export function readErrorText(parsed: unknown, whole: string): ErrorText {
  const layers: JsonObject[] = [];
  const found = new Set<string>();
  walk(parsed, 0, layers, found);
  const head = whole.slice(0, MAX_WHOLE_CHARS);
  return {
    message: shortened((found.size > 0 ? [...found] : [head]).map(wordsForPeople).join(' - ')),
    texts: [...new Set([...found, collapsed(head), withoutMarkup(head)])].filter((text) => text !== ''),
    layers,
  };
}

/** JSON as text for patterns; empty for what can not be written (nested beyond the engine's stack). */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

function walk(value: unknown, depth: number, layers: JsonObject[], found: Set<string>): void {
  if (depth > MAX_DEPTH || layers.length + found.size >= MAX_LAYERS) return;
  if (typeof value === 'string') {
    walkText(value.trim(), depth, layers, found);
  } else if (Array.isArray(value)) {
    for (const item of value.slice(0, MAX_ITEMS)) walk(item, depth + 1, layers, found);
  } else if (isObject(value)) {
    layers.push(value);
    for (const field of FIELDS) if (Object.hasOwn(value, field)) walk(value[field], depth + 1, layers, found);
  }
}

/** Proxies pass an upstream's error on as a string with JSON in it, sometimes more than once. */
function walkText(text: string, depth: number, layers: JsonObject[], found: Set<string>): void {
  const nested = /^[[{]/.test(text) ? parseJson(text) : undefined;
  if (nested !== undefined) walk(nested, depth + 1, layers, found);
  else if (text !== '') found.add(text.slice(0, MAX_TEXT_CHARS));
}
