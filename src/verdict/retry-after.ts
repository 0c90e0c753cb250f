// The wait an upstream states, in headers, JSON fields or words. Pure parsing, no policy: whether a wait is too
// long, or worth keeping, is decided in retry/.
import type { JsonObject } from '../std/json.ts';
import { headerValue } from '../upstream/headers.ts';
import type { RawHeaders } from '../upstream/outcome.ts';
import type { ErrorText } from './error-text.ts';

/**
 * The wait an upstream states, in milliseconds; undefined when it states none. Headers win over fields, fields over
 * words; what can not be read is passed over; a moment that has gone by is a wait of 0.
 * @param wallMs the time now, for waits given as dates
 */
export function statedWaitMs(headers: RawHeaders, error: ErrorText, wallMs: number): number | undefined {
  return (
    milliseconds(headerValue(headers, 'retry-after-ms')) ??
    secondsOrDate(headerValue(headers, 'retry-after'), wallMs) ??
    firstOf(error.layers, (layer) => inFields(layer, wallMs)) ??
    firstOf(error.texts, inWords)
  );
}

/** `retry-after-ms: 1500`, as OpenAI and Azure send it. */
function milliseconds(value: unknown): number | undefined {
  const amount = decimal(value);
  return amount === undefined ? undefined : Math.max(0, amount);
}

/** Retry-After, RFC 9110 §10.2.3, with decimals allowed: `30`, `1.5`, or a date. */
function secondsOrDate(value: unknown, wallMs: number): number | undefined {
  const amount = decimal(value);
  if (amount !== undefined) return Math.max(0, amount * 1_000);
  const dateMs = httpDateMs(value);
  return dateMs === undefined ? undefined : Math.max(0, dateMs - wallMs);
}

/** A number, or a string that is one; no exponents, no words, not longer than any sensible wait. */
function decimal(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return /^\s{0,9}-?\d{1,12}(?:\.\d{1,20})?\s{0,9}$/.test(String(value)) ? Number(value) : undefined;
}

/** The three date forms of RFC 9110 §5.6.7; the third, asctime, names no zone and means GMT. */
function httpDateMs(value: unknown): number | undefined {
  if (
    typeof value !== 'string' ||
    !/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? [\w :-]{15,30}$/i.test(value)
  ) {
    return undefined;
  }
  const dateMs = Date.parse(/ GMT$/i.test(value) ? value : `${value} GMT`);
  return Number.isNaN(dateMs) ? undefined : dateMs;
}

/**
 * `retry_after` in seconds (OpenRouter's `error.availability`, FastAPI proxies), headers quoted in a body
 * (`error.metadata.headers`), and google.rpc.RetryInfo's `retryDelay: "29.7s"`.
 */
function inFields(layer: JsonObject, wallMs: number): number | undefined {
  return firstOf(Object.entries(layer), ([name, value]) => {
    switch (name.toLowerCase().replaceAll('-', '_')) {
      case 'retry_after_ms':
        return milliseconds(value);
      case 'retry_after':
        return secondsOrDate(value, wallMs);
      case 'retrydelay':
        return typeof value === 'string' && value.endsWith('s')
          ? secondsOrDate(value.slice(0, -1), wallMs)
          : undefined;
      default:
        return undefined;
    }
  });
}

/** By the first letter, milliseconds aside. */
const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PART = String.raw`(\d{1,9}(?:\.\d{1,12})?)\s?(ms|milliseconds?|m|min|mins|minutes?|s|secs?|seconds?|h|hrs?|hours?|d|days?)(?![a-z])`;
const SENTENCE = new RegExp(
  String.raw`\b(?:try again|retry) (?:in|after) (?:about )?((?:${PART}[\s,]{0,2}){1,5})`,
  'i',
);
const PARTS = new RegExp(PART, 'gi');

/** `try again in 1m9.696s`, `579ms`, `2 minutes`; `Please retry after 6 seconds`. A number without a unit says nothing. */
function inWords(text: string): number | undefined {
  const stated = SENTENCE.exec(text)?.[1];
  if (stated === undefined) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of stated.matchAll(PARTS))
    totalMs += Number(amount) * unitMs(String(unit).toLowerCase());
  return totalMs;
}

function unitMs(unit: string): number {
  return unit === 'ms' || unit.startsWith('milli') ? 1 : Number(UNIT_MS[unit.charAt(0)]);
}

/** The first value that a reader makes of the items, in their order. */
function firstOf<Item>(items: readonly Item[], read: (item: Item) => number | undefined): number | undefined {
  for (const item of items) {
    const value = read(item);
    if (value !== undefined) return value;
  }
  return undefined;
}
