// A whole completion told as a stream, for a client that asked for one: SillyTavern shows a blank message otherwise.
import { dataFrame } from '../sse/write.ts';
import { isObject } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** One chunk with everything each choice says, one with the reasons they finished, and the usage if there was one. */
export function completionAsFrames(completion: JsonObject): Buffer {
  const { choices, usage, ...rest } = completion;
  const all = Array.isArray(choices) ? choices.filter(isObject) : [];
  const isChat = all.some((choice) => isObject(choice['message']));
  const head = { ...rest, object: isChat ? 'chat.completion.chunk' : 'text_completion' };
  const chunks: JsonObject[] = [
    { ...head, choices: all.map(saidBy) },
    { ...head, choices: all.map((choice, index) => finishOf(choice, index, isChat)) },
  ];
  if (usage !== undefined) chunks.push({ ...head, choices: [], usage });
  return Buffer.concat(chunks.map(dataFrame));
}

function saidBy(choice: JsonObject, index: number): JsonObject {
  const { message, finish_reason: _finishReason, ...rest } = choice;
  if (!isObject(message)) return { index, ...rest, finish_reason: null };
  return { index, ...rest, delta: withToolIndexes(message), finish_reason: null };
}

/** In a stream, each tool call says which one it is. */
function withToolIndexes(message: JsonObject): JsonObject {
  const calls = message['tool_calls'];
  if (!Array.isArray(calls)) return message;
  return {
    ...message,
    tool_calls: calls.map((call, index) => (isObject(call) ? { index, ...call } : call)),
  };
}

function finishOf(choice: JsonObject, index: number, isChat: boolean): JsonObject {
  const said = isChat ? { delta: {} } : { text: '' };
  return { index: choice['index'] ?? index, ...said, finish_reason: choice['finish_reason'] ?? 'stop' };
}
