// The little that Google's own protocol says where an OpenAI reply was asked for: why there is nothing to show.
// Shapes: https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse
import { isObject } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** The finishReason of candidates that show nothing; undefined when one has parts, or there are none. */
export function nativeFinishReason(reply: JsonObject): string | undefined {
  const candidates: readonly unknown[] = Array.isArray(reply['candidates']) ? reply['candidates'] : [];
  let reason: string | undefined;
  for (const candidate of candidates) {
    if (!isObject(candidate)) continue;
    const { content, finishReason } = candidate;
    if (isObject(content) && content['parts'] !== undefined) return undefined;
    if (reason === undefined && typeof finishReason === 'string') reason = finishReason;
  }
  return reason;
}

/** Whether the reply says that its prompt was blocked. */
export function isPromptBlocked({ promptFeedback }: JsonObject): boolean {
  return isObject(promptFeedback) && typeof promptFeedback['blockReason'] === 'string';
}
