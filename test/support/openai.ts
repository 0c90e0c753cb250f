// What an OpenAI-compatible server says, as bytes a scripted upstream can send: completions and stream frames.
// Shapes: https://platform.openai.com/docs/api-reference/chat

const HEAD = { id: 'chatcmpl-1', created: 1_767_225_600, model: 'test-model' };

/** A whole chat completion with this text, as JSON text. */
export function completion(text: string, finishReason = 'stop'): string {
  return completionOf({ role: 'assistant', content: text }, finishReason);
}

/** A whole chat completion with any assistant message, as JSON text. */
export function completionOf(message: object, finishReason = 'stop'): string {
  const choices = [{ index: 0, message, finish_reason: finishReason }];
  return JSON.stringify({ ...HEAD, object: 'chat.completion', choices });
}

/** A frame with this piece of visible text. */
export function chunk(text: string): string {
  return deltaFrame({ content: text });
}

/** The frame most streams begin with: a role, nothing visible. */
export function roleChunk(): string {
  return deltaFrame({ role: 'assistant', content: '' });
}

/** A frame with a piece of reasoning. */
export function reasoningChunk(text: string): string {
  return deltaFrame({ reasoning_content: text });
}

/** A frame with a tool call. */
export function toolCallChunk(name: string): string {
  const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: '{}' } };
  return deltaFrame({ tool_calls: [call] });
}

/** The frame that gives the finish_reason. */
export function finishChunk(reason = 'stop'): string {
  return deltaFrame({}, reason);
}

/** The mark a stream ends with. */
export const doneFrame = 'data: [DONE]\n\n';

/** An error event as OpenAI sends it in a stream. */
export function errorFrame(message: string, fields: object = { type: 'server_error' }): string {
  return frame({ error: { message, ...fields } });
}

/** All the frames of a good stream that says these pieces. */
export function completionStream(...pieces: readonly string[]): readonly string[] {
  return [roleChunk(), ...pieces.map(chunk), finishChunk(), doneFrame];
}

/** One `data:` frame with any JSON. */
export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function deltaFrame(delta: object, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return frame({ ...HEAD, object: 'chat.completion.chunk', choices });
}
