// What bodies and frames mean in the OpenAI chat-completions protocol (and its older text completions): what a
// user would see, an error, an end. It reads; it never judges whether a thing is good enough.
// Shapes: https://platform.openai.com/docs/api-reference/chat and the variants that upstreams really send
// (OpenRouter, DeepSeek, Mistral, vLLM, KoboldCpp; see docs/builtin-rules.md).
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { isPromptBlocked, nativeFinishReason } from './gemini-native.ts';
import { hasSpoofMark, readSpoofedError } from './spoofed-error.ts';
import { usageIn } from './usage.ts';

/** The most a reply or chunk shows a user. A tool call, refusal, image or audio is content. */
export type Shown = 'nothing' | 'reasoning' | 'content';

/** What one reply, or one chunk of a streamed reply, says. */
export interface Meaning {
  readonly shown: Shown;
  /** What it adds to the text of a single choice; undefined when it says anything that text alone does not tell. */
  readonly text: string | undefined;
  /** The first finish_reason given, if any. */
  readonly finishReason: string | undefined;
  /** The error it carries: an object or a string; undefined when there is none. */
  readonly error: unknown;
  /** The tokens it says were used, up to here. */
  readonly usage: JsonObject | undefined;
}

/** What the data of one stream frame says. `end` is `[DONE]`; `unreadable` is anything that is not a JSON object. */
export type FrameMeaning =
  | { readonly kind: 'end' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'chunk'; readonly meaning: Meaning };

/** `[DONE]` with whatever white space around it. */
const MAX_END_MARK_CHARS = 32;

const END: FrameMeaning = { kind: 'end' };
const UNREADABLE: FrameMeaning = { kind: 'unreadable' };

/** Reads the data of a stream frame (its `data:` lines joined). */
export function readFrameData(data: string): FrameMeaning {
  if (isEndMark(data)) return END;
  const chunk = parseJson(data);
  return isObject(chunk) ? { kind: 'chunk', meaning: readReply(chunk) } : UNREADABLE;
}

/** Whether the data of a frame is `[DONE]`. */
export function isEndMark(data: string): boolean {
  return data.length < MAX_END_MARK_CHARS && data.trim() === '[DONE]';
}

/** Reads a whole reply or a parsed chunk. */
export function readReply(reply: JsonObject): Meaning {
  const choices: readonly unknown[] = Array.isArray(reply['choices']) ? reply['choices'] : [];
  let shown: Shown = 'nothing';
  let finishReason: string | undefined;
  for (const choice of choices) {
    if (!isObject(choice)) continue;
    shown = moreOf(shown, shownByChoice(choice));
    const reason = choice['finish_reason'];
    if (finishReason === undefined && typeof reason === 'string' && reason !== '') finishReason = reason;
  }
  if (shown === 'nothing') finishReason ??= nativeFinishReason(reply);
  const error = errorOf(reply, shown, finishReason);
  return { shown, text: textOf(choices), finishReason, error, usage: usageIn(reply) };
}

const VISIBLE_ASCII = /[!-~]/;

/** A whole reply of one choice of text with something in it, and no mark of an error. */
export interface PlainReply {
  /** Its bytes, each as a character. */
  readonly latin1: string;
  /** The tokens it says were used. Its numbers are; a text in it is not decoded. */
  readonly usage: JsonObject | undefined;
}

/** Larger ones are not looked at: their text may be longer than V8 takes. */
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;

/** Reads a whole reply without decoding it; undefined where it takes more than a look to know what it says. Never throws. */
export function readPlainReply(body: Buffer): PlainReply | undefined {
  if (body.length > MAX_PLAIN_BYTES) return undefined;
  // The structure of JSON, its names, and the marks of errors are ASCII.
  const latin1 = body.toString('latin1');
  const reply = parseJson(latin1);
  if (!isObject(reply)) return undefined;
  const { text, error, usage } = readReply(reply);
  const isPlain =
    error === undefined && text !== undefined && VISIBLE_ASCII.test(text) && !hasSpoofMark(reply);
  return isPlain ? { latin1, usage } : undefined;
}

/** The greater of two: nothing < reasoning < content. */
export function moreOf(one: Shown, other: Shown): Shown {
  if (one === 'content' || other === 'content') return 'content';
  return one === 'reasoning' ? one : other;
}

function shownByChoice(choice: JsonObject): Shown {
  // Streams say `delta`, whole replies `message`, text completions put `text` into the choice itself.
  const said = firstObject(choice['delta'], choice['message']) ?? choice;
  if (hasContent(said) || isVisible(choice['text'])) return 'content';
  return hasReasoning(said) ? 'reasoning' : 'nothing';
}

function textOf(choices: readonly unknown[]): string | undefined {
  const [choice] = choices;
  if (choice === undefined) return '';
  if (choices.length > 1 || !isObject(choice) || (choice['index'] ?? 0) !== 0) return undefined;
  const said = firstObject(choice['delta'], choice['message']) ?? choice;
  const text = said['content'] ?? choice['text'] ?? '';
  return typeof text === 'string' && !hasMoreThanText(said) ? text : undefined;
}

function firstObject(...candidates: readonly unknown[]): JsonObject | undefined {
  return candidates.find(isObject);
}

function hasContent(said: JsonObject): boolean {
  return isVisible(said['content']) || hasMoreThanText(said);
}

function hasMoreThanText(said: JsonObject): boolean {
  return (
    isVisible(said['refusal']) ||
    isNonEmptyList(said['tool_calls']) ||
    isObject(said['function_call']) ||
    isObject(said['audio']) ||
    isNonEmptyList(said['images'])
  );
}

function hasReasoning(said: JsonObject): boolean {
  return (
    isVisible(said['reasoning_content']) ||
    isVisible(said['reasoning']) ||
    isNonEmptyList(said['reasoning_details']) ||
    hasThinkingPart(said['content'])
  );
}

/** Text with something other than white space in it, or content parts of which one is such text or no text at all. */
function isVisible(content: unknown): boolean {
  if (!Array.isArray(content)) return isVisibleText(content);
  return content.some((part) => {
    if (!isObject(part) || part['type'] === 'thinking') return false;
    return part['type'] === 'text' || 'text' in part ? isVisibleText(part['text']) : true;
  });
}

function isVisibleText(text: unknown): boolean {
  return typeof text === 'string' && /\S/.test(text);
}

/** Mistral's reasoning models send `content: [{type: "thinking", …}]`. */
function hasThinkingPart(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => isObject(part) && part['type'] === 'thinking');
}

function isNonEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function errorOf(reply: JsonObject, shown: Shown, finishReason: string | undefined): unknown {
  const error = reply['error'];
  if (typeof error === 'string' && error !== '') return error;
  if (isObject(error) && Object.keys(error).length > 0) return error;
  // Mistral and vLLM: {"object":"error","message":…}; Anthropic: {"type":"error",…}; OpenRouter when the error is missing.
  if (reply['object'] === 'error' || reply['type'] === 'error' || finishReason === 'error') return reply;
  // A wrapper without any choices that only explains itself, e.g. {"detail":"…"} or {"message":"…"}.
  if (!Array.isArray(reply['choices']) && ['message', 'detail', 'msg'].some((key) => reply[key]))
    return reply;
  if (shown === 'nothing') return isPromptBlocked(reply) ? reply : undefined;
  return readSpoofedError(reply);
}
