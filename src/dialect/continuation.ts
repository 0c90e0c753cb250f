// How a request asks to go on with a reply that broke off: the same bytes, with what was said already put in. Which
// style a model accepts, and when to ask, is decided elsewhere.
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { jsonEntries } from '../std/json-span.ts';
import type { JsonEntries, JsonEntry } from '../std/json-span.ts';

/**
 * `prefill`: what was said stands last, as the model's own message. `instruct`: a message of the user after it asks
 * to go on, for models that want the user to have the last word.
 */
export type ContinuationStyle = 'prefill' | 'instruct';

/** Text to put in before the byte at `at`. */
interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * The request that asks for the rest of a reply, or undefined where that cannot be asked: several choices, a reply
 * that must be JSON, or messages of a form that text cannot be added to.
 * @param body a request that was read before, so valid JSON
 * @param said the text of the reply so far
 * @param instruction what the style `instruct` adds; a text completion has no place for it
 */
export function continuationOf(
  body: Buffer,
  said: string,
  style: ContinuationStyle,
  instruction: string,
): Buffer | undefined {
  // JSON's structure is ASCII, and so are all names that matter here; no text is taken from this reading.
  const request = parseJson(body.toString('latin1'));
  if (!isObject(request) || !isOnePlainText(request)) return undefined;
  const insertions =
    'messages' in request
      ? afterMessages(body, request['messages'], said, style === 'instruct' ? [instruction] : [])
      : afterPrompt(body, request['prompt'], said);
  return insertions === undefined ? undefined : withInsertions(body, insertions);
}

/** What the client has begun the reply with, as the last message of its request; '' where it has not. */
export function begunIn(body: Buffer | undefined): string {
  const request = parseJson(body?.toString('utf8') ?? '');
  const messages = isObject(request) && Array.isArray(request['messages']) ? request['messages'] : [];
  const last: unknown = messages.at(-1);
  if (!isObject(last) || last['role'] !== 'assistant') return '';
  return typeof last['content'] === 'string' ? last['content'] : '';
}

/** One choice, of free text: only that can be joined from two halves. */
function isOnePlainText({ n, response_format: format }: JsonObject): boolean {
  const isOne = n === undefined || n === null || n === 1;
  return isOne && (!isObject(format) || format['type'] === 'text');
}

function afterPrompt(body: Buffer, prompt: unknown, said: string): readonly Insertion[] | undefined {
  const place = only(jsonEntries(body), 'prompt');
  return place === undefined || typeof prompt !== 'string' ? undefined : [atEndOfText(place, said)];
}

function afterMessages(
  body: Buffer,
  messages: unknown,
  said: string,
  instructions: readonly string[],
): readonly Insertion[] | undefined {
  const place = only(jsonEntries(body), 'messages');
  if (place === undefined || !Array.isArray(messages)) return undefined;
  const { entries, close } = jsonEntries(body, place.start);
  const asked = instructions.map((content) => ({ role: 'user', content }));
  const lastPlace = entries.at(-1);
  const last: unknown = messages.at(-1);
  if (lastPlace === undefined) return [{ at: close, text: list([assistant(said), ...asked]) }];
  if (!isObject(last)) return undefined;
  if (last['role'] !== 'assistant') return [{ at: close, text: `,${list([assistant(said), ...asked])}` }];

  // The client has begun the reply itself (SillyTavern's "continue"): two messages of the model in a row would be
  // two turns, so its own is made longer.
  const content = only(jsonEntries(body, lastPlace.start), 'content');
  if (content === undefined || typeof last['content'] !== 'string') return undefined;
  const extended = atEndOfText(content, said);
  return asked.length === 0 ? [extended] : [extended, { at: close, text: `,${list(asked)}` }];
}

function assistant(content: string): object {
  return { role: 'assistant', content };
}

function list(messages: readonly object[]): string {
  return messages.map((message) => JSON.stringify(message)).join(',');
}

/** The value of that name, if there is exactly one: of two, servers differ in which they read. */
function only({ entries }: JsonEntries, key: string): JsonEntry | undefined {
  const [first, ...more] = entries.filter((entry) => entry.key === key);
  return more.length === 0 ? first : undefined;
}

/** Before the closing quote. */
function atEndOfText({ end }: JsonEntry, text: string): Insertion {
  return { at: end - 1, text: JSON.stringify(text).slice(1, -1) };
}

function withInsertions(body: Buffer, insertions: readonly Insertion[]): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const { at, text } of insertions) {
    parts.push(body.subarray(from, at), Buffer.from(text));
    from = at;
  }
  return Buffer.concat([...parts, body.subarray(from)]);
}
