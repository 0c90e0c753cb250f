// A whole event stream read as the one completion it tells, for answers that came as a stream unasked.
import { frameSplitter } from '../sse/split.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { isEndMark, readReply } from './openai-chat.ts';

/** A field or a comment of an event stream, after a byte order mark or blank lines. */
const STREAM_START = /^(?:\u00ef\u00bb\u00bf)?\s*(?:data|event|id|retry)?:/;

const OPEN_OBJECT = 0x7b;

type Fields = Record<string, unknown>;

/** What a whole event stream tells. */
export interface FoldedStream {
  /** Its chunks as one completion, or the first error in it. */
  readonly completion: JsonObject;
  /** Whether it has told its end itself: by `[DONE]`, a finish_reason or an error. */
  readonly isMarked: boolean;
}

/** Reads a whole stream up to its end mark; undefined when the bytes are no event stream. */
export function foldStream(bytes: Buffer): FoldedStream | undefined {
  // Nearly every body is JSON, which is seen at its first byte.
  if (bytes[0] === OPEN_OBJECT || !STREAM_START.test(bytes.subarray(0, 256).toString('latin1')))
    return undefined;
  const splitter = frameSplitter(Infinity);
  const texts = [...splitter.push(bytes), ...splitter.end()].flatMap(({ data }) => data ?? []);
  const end = texts.findIndex(isEndMark);
  const chunks = (end === -1 ? texts : texts.slice(0, end)).map(parseJson).filter(isObject);
  const [first] = chunks;
  if (first === undefined) return undefined;
  const readings = chunks.map(readReply);
  const failed = chunks[readings.findIndex(({ error }) => error !== undefined)];
  if (failed !== undefined) return { completion: failed, isMarked: true };
  const isMarked = end !== -1 || readings.some(({ finishReason }) => finishReason !== undefined);
  return { completion: completionOf(first, chunks), isMarked };
}

function completionOf(first: JsonObject, chunks: readonly JsonObject[]): JsonObject {
  const choices = new Map<unknown, Fields>();
  const completion: Fields = { ...first };
  for (const chunk of chunks) {
    if (isObject(chunk['usage'])) completion['usage'] = chunk['usage'];
    for (const choice of listOf(chunk['choices'])) foldChoice(choices, choice);
  }
  if (completion['object'] === 'chat.completion.chunk') completion['object'] = 'chat.completion';
  return { ...completion, choices: [...choices.values()] };
}

function foldChoice(choices: Map<unknown, Fields>, { delta, text, ...rest }: JsonObject): void {
  const index = rest['index'] ?? 0;
  const whole = choices.get(index) ?? {};
  choices.set(index, whole);
  for (const [key, value] of Object.entries(rest)) if (value !== null || !(key in whole)) whole[key] = value;
  if (typeof text === 'string') whole['text'] = joined(whole['text'], text);
  if (isObject(delta)) {
    const message: Fields = isObject(whole['message'])
      ? whole['message']
      : { role: 'assistant', content: null };
    whole['message'] = message;
    foldDelta(message, delta);
  }
}

/** Texts are told in pieces, tool calls too; everything else comes whole. */
function foldDelta(message: Fields, { tool_calls: calls, role, ...rest }: JsonObject): void {
  if (typeof role === 'string') message['role'] = role;
  for (const [key, value] of Object.entries(rest)) {
    if (typeof value === 'string') message[key] = joined(message[key], value);
    else if (value !== null) message[key] = value;
  }
  for (const call of listOf(calls)) foldToolCall(message, call);
}

function foldToolCall(message: Fields, { index, function: piece, ...rest }: JsonObject): void {
  const calls: Fields[] = Array.isArray(message['tool_calls']) ? message['tool_calls'] : [];
  message['tool_calls'] = calls;
  const position = typeof index === 'number' && index in calls ? index : calls.length;
  const call = calls[position] ?? {};
  calls[position] = call;
  Object.assign(call, rest);
  if (!isObject(piece)) return;
  const told: JsonObject = isObject(call['function']) ? call['function'] : {};
  const more = typeof piece['arguments'] === 'string' ? piece['arguments'] : '';
  call['function'] = { ...told, ...piece, arguments: joined(told['arguments'], more) };
}

function joined(sofar: unknown, more: string): string {
  return typeof sofar === 'string' ? sofar + more : more;
}

function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
