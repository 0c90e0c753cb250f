// The lines of the log files: one JSON object each, in the words of the journal. Entries come without secrets; which
// file a line belongs to, and when it is written, is not known here.
import { redact } from '../std/redact.ts';
import { parseJson } from '../std/json.ts';
import type { Body, NewEntry } from './entry.ts';

/** What is written of an exchange besides its course. */
export interface LineContents {
  readonly requests: boolean;
  readonly replies: boolean;
  /** The client's headers. */
  readonly headers: boolean;
  readonly timing: boolean;
}

/** In the order of an entry's bodies; the latter of each pair is there only where it differs from the former. */
const BODY_NAMES = ['request', 'requestSent', 'reply', 'replySent'] as const;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BRACE = Buffer.from('}');

/** The fields of an entry that are durations, or points of time within the exchange. */
const TIMES = new Set([
  'elapsedMs',
  'firstContentMs',
  'startedMs',
  'connectedMs',
  'answeredMs',
  'shownMs',
  'endedMs',
  'atMs',
]);

/**
 * An exchange in one line, without a line end. A body that is JSON stands there as JSON, to the letter; any other as a
 * text.
 */
export function exchangeLine(entry: NewEntry, contents: LineContents): Buffer {
  const { summary, summaryJson, detailsJson, bodies } = entry;
  const course = [
    `"time":"${isoTime(summary.startedAt)}"`,
    inner(contents.timing ? summaryJson : withoutFields(summaryJson, TIMES)),
    inner(detailsOf(detailsJson, contents)),
  ];
  const parts: Buffer[] = [Buffer.from(`{${course.join(',')}`)];
  for (const [index, name] of BODY_NAMES.entries()) {
    const body = bodies[index];
    const isRequest = name.startsWith('request');
    if (body === undefined || !(isRequest ? contents.requests : contents.replies)) continue;
    parts.push(Buffer.from(`,"${name}":`), isRequest ? requestJson(body) : bodyJson(body));
  }
  parts.push(BRACE);
  return Buffer.concat(parts);
}

/**
 * A mistake of First Hop's own in one line, without a line end.
 * @param wallMs when it happened, in milliseconds since the epoch
 */
export function faultLine(error: unknown, withStack: boolean, wallMs: number): string {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const fault = {
    message: redact(message),
    ...(withStack && stack !== undefined && { stack: redact(stack) }),
  };
  return JSON.stringify({ time: isoTime(wallMs), fault });
}

function detailsOf(json: string, { headers, timing }: LineContents): string {
  const timed = timing ? json : withoutFields(json, TIMES);
  if (headers) return timed;
  // The client's headers stand at the top; deeper ones are an upstream's.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the details of an entry are an object
  const details = JSON.parse(timed) as object;
  return JSON.stringify({ ...details, headers: undefined });
}

function withoutFields(json: string, names: ReadonlySet<string>): string {
  return JSON.stringify(JSON.parse(json, (name, value: unknown) => (names.has(name) ? undefined : value)));
}

/** What stands between the braces. */
function inner(json: string): string {
  return json.slice(1, -1);
}

/** A request is JSON, or it would not have got so far. Prompts are long: those that are one line already are not read. */
function requestJson(body: Body): Buffer {
  return typeof body === 'string' || body.includes(LINE_FEED) || body.includes(CARRIAGE_RETURN)
    ? bodyJson(body)
    : body;
}

/** Line ends of JSON can only stand between its values, where a space does as well: within texts they are escaped. */
function bodyJson(body: Body): Buffer {
  const text = body.toString();
  const isJson = /^\s*[[{]/.test(text) && parseJson(text) !== undefined;
  return Buffer.from(isJson ? text.replace(/[\r\n]+/g, ' ') : JSON.stringify(text));
}

function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
