import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../std/json.ts';
import { isPromptBlocked, nativeFinishReason } from './gemini-native.ts';
import { readReply } from './openai-chat.ts';

const candidate = (finishReason: unknown, content: unknown = { role: 'model' }): JsonObject => ({
  content,
  finishReason,
  index: 0,
});

describe("a reply in Google's own protocol", () => {
  it.each<[JsonObject, string | undefined, string]>([
    [{ candidates: [candidate('STOP')] }, 'STOP', 'nothing was said'],
    [{ candidates: [candidate('SAFETY', null)] }, 'SAFETY', 'there is no content at all'],
    [
      { candidates: ['odd', candidate(7), candidate('OTHER'), candidate('STOP')] },
      'OTHER',
      'the first reason',
    ],
    [
      { candidates: [candidate('STOP'), candidate('STOP', { parts: [{ text: 'Hi' }] })] },
      undefined,
      'a candidate says something that an OpenAI client can not read',
    ],
    [{ candidates: [] }, undefined, 'no candidates'],
    [{ candidates: 'none' }, undefined, 'no list'],
    [{}, undefined, 'another protocol'],
  ])('row %#: %j ends with %s', (reply, reason) => {
    expect(nativeFinishReason(reply)).toBe(reason);
    expect(readReply(reply)).toMatchObject({ shown: 'nothing', finishReason: reason, error: undefined });
  });

  it.each<[JsonObject, boolean, string]>([
    [{ promptFeedback: { blockReason: 'SAFETY' } }, true, 'it says why'],
    [{ promptFeedback: { blockReason: null } }, false, 'no reason'],
    [{ promptFeedback: 'SAFETY' }, false, 'another shape'],
    [{}, false, 'nothing'],
  ])('row %#: %j has a blocked prompt: %s', (reply, blocked) => {
    expect(isPromptBlocked(reply)).toBe(blocked);
    expect(readReply(reply).error).toBe(blocked ? reply : undefined);
  });

  it('is not asked where the OpenAI protocol shows something', () => {
    const reply = {
      choices: [{ message: { content: 'Hi' } }],
      candidates: [candidate('STOP')],
      promptFeedback: { blockReason: 'OTHER' },
    };
    expect(readReply(reply)).toMatchObject({ shown: 'content', finishReason: undefined, error: undefined });
  });

  it("does not overrule the OpenAI protocol's own finish_reason", () => {
    const reply = { choices: [{ delta: {}, finish_reason: 'length' }], candidates: [candidate('STOP')] };
    expect(readReply(reply).finishReason).toBe('length');
  });
});
