import { describe, expect, it } from 'vitest';
import { moreOf, readFrameData, readPlainReply, readReply } from './openai-chat.ts';
import type { Shown } from './openai-chat.ts';

const delta = (said: object): object => ({ choices: [{ index: 0, delta: said, finish_reason: null }] });
const message = (said: object): object => ({ choices: [{ index: 0, message: said, finish_reason: 'stop' }] });

describe('what a user would see', () => {
  it.each<[object, Shown, string]>([
    [delta({ content: 'Hi' }), 'content', 'text'],
    [delta({ role: 'assistant', content: '' }), 'nothing', 'the first chunk of most upstreams says nothing'],
    [delta({ content: ' \n\t' }), 'nothing', 'white space is nothing to see'],
    [delta({ content: null }), 'nothing', 'null is what tool calls and ends carry'],
    [delta({ refusal: 'I can not help with that.' }), 'content', 'a refusal is an answer'],
    [delta({ tool_calls: [{ index: 0, id: 'x' }] }), 'content', 'a tool call has no text and is an answer'],
    [delta({ tool_calls: [] }), 'nothing', 'no tool call'],
    [delta({ function_call: { name: 'f' } }), 'content', 'the older form of a tool call'],
    [delta({ audio: { id: 'a' } }), 'content', 'spoken answers'],
    [delta({ images: [{ type: 'image_url' }] }), 'content', 'OpenRouter: pictures'],
    [delta({ reasoning_content: 'Hm' }), 'reasoning', 'DeepSeek'],
    [delta({ reasoning: 'Hm' }), 'reasoning', 'OpenRouter'],
    [delta({ reasoning_details: [{ type: 'reasoning.text' }] }), 'reasoning', 'OpenRouter, in detail'],
    [delta({ content: [{ type: 'thinking', thinking: [] }] }), 'reasoning', 'Mistral'],
    [delta({ content: [{ type: 'text', text: 'Hi' }] }), 'content', 'text in parts'],
    [delta({ content: [{ type: 'text', text: ' ' }] }), 'nothing', 'white space in parts'],
    [delta({ content: [{ type: 'image_url' }] }), 'content', 'a part that is no text'],
    [delta({ content: ['odd'] }), 'nothing', 'parts that are none'],
    [delta({ content: [{ text: ['Hi'] }] }), 'nothing', 'text that is none'],
    [message({ content: 'Hi' }), 'content', 'a whole reply'],
    [message({ content: '', reasoning_content: 'Hm' }), 'reasoning', 'thinking that used up the length'],
    [{ choices: [{ text: 'Hi' }] }, 'content', 'a text completion'],
    [{ choices: [{ text: '' }] }, 'nothing', 'an empty text completion'],
    [{ choices: [] }, 'nothing', 'usage chunks have no choices'],
    [{ choices: ['odd', null] }, 'nothing', 'choices that are none'],
    [{}, 'nothing', 'not a reply at all'],
    [
      { choices: [{ delta: { content: '' } }, { delta: { content: 'Hi' } }] },
      'content',
      'the second of several choices',
    ],
  ])('%j shows %s: %s', (reply, shown) => {
    expect(readReply({ ...reply }).shown).toBe(shown);
  });

  it.each<[Shown, Shown, Shown]>([
    ['nothing', 'nothing', 'nothing'],
    ['nothing', 'reasoning', 'reasoning'],
    ['reasoning', 'nothing', 'reasoning'],
    ['reasoning', 'content', 'content'],
    ['content', 'nothing', 'content'],
  ])('of %s and %s the more is %s', (one, other, more) => {
    expect(moreOf(one, other)).toBe(more);
  });
});

describe('errors in a reply', () => {
  it.each<[object, unknown, string]>([
    [{ error: { message: 'M' } }, { message: 'M' }, 'the usual form'],
    [{ error: 'M' }, 'M', 'an error as text (xAI, gateways)'],
    [{ error: null, choices: [] }, undefined, 'error: null stands in good chunks'],
    [{ error: {}, choices: [] }, undefined, 'an empty error says nothing'],
    [{ error: '', choices: [] }, undefined, 'nor does an empty text'],
    [{ object: 'error', message: 'M' }, { object: 'error', message: 'M' }, 'Mistral and vLLM'],
    [{ type: 'error', error: {} }, { type: 'error', error: {} }, 'Anthropic through a gateway'],
    [
      { choices: [{ delta: { content: '' }, finish_reason: 'error' }] },
      { choices: [{ delta: { content: '' }, finish_reason: 'error' }] },
      'OpenRouter, when the error itself is missing',
    ],
    [{ detail: 'Not Found' }, { detail: 'Not Found' }, 'FastAPI'],
    [{ message: 'M' }, { message: 'M' }, 'a bare message'],
    [{ msg: 'M' }, { msg: 'M' }, 'a bare msg'],
    [{ message: 'M', choices: [] }, undefined, 'a chunk may carry a note of its own'],
    [{ choices: [{ delta: { content: 'error' } }] }, undefined, 'a character may say "error"'],
  ])('%j: %s', (reply, error) => {
    expect(readReply({ ...reply }).error).toEqual(error);
  });
});

describe('a plain reply', () => {
  const plain = '{"choices":[{"message":{"content":"Hé"}}],"usage":{"total_tokens":3}}';
  it.each<[string, object | undefined, string]>([
    [plain, { latin1: plain.replace('é', 'Ã©'), usage: { total_tokens: 3 } }, 'one choice of text'],
    ['{"choices":[{"text":"Hi"}]}', { usage: undefined }, 'a text completion, without tokens'],
    ['{"choices":[{"message":{"content":" "}}]}', undefined, 'nothing to see'],
    ['{"choices":[{"message":{"content":"模型"}}]}', undefined, 'nothing that is seen undecoded'],
    ['{"choices":[{"message":{"content":"a"}},{}]}', undefined, 'more choices than one'],
    [`{"error":"no",${plain.slice(1)}`, undefined, 'an error'],
    [
      '{"id":{"toString":1},"choices":[{"message":{"content":"### **T**\\n<!-- oai-proxy-error -->"}}]}',
      undefined,
      'the mark of a proxy’s error, and an id that is no text',
    ],
    ['{', undefined, 'no JSON'],
    ['[]', undefined, 'no object'],
    [plain + ' '.repeat(16 * 1024 * 1024), undefined, 'too large for a look'],
  ])('%.60s gives %j: %s', (body, reply) => {
    const read = readPlainReply(Buffer.from(body));
    if (reply === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(reply);
  });
});

it('the first finish_reason counts; an empty one is none', () => {
  const reasons = (...all: readonly unknown[]): string | undefined =>
    readReply({ choices: all.map((finish_reason) => ({ finish_reason })) }).finishReason;
  expect([reasons('stop', 'length'), reasons('', 'length'), reasons(null), reasons()]).toEqual([
    'stop',
    'length',
    undefined,
    undefined,
  ]);
});

describe('the data of a frame', () => {
  it.each([
    ['[DONE]', 'end', 'the end mark'],
    [' [DONE] ', 'end', 'with spaces around it'],
    ['{"choices":[]}', 'chunk', 'a chunk'],
    ['', 'unreadable', 'empty data makes SillyTavern drop the text before it'],
    ['hello', 'unreadable', 'not JSON'],
    ['[1]', 'unreadable', 'JSON, but no chunk'],
    ['"text"', 'unreadable', 'likewise'],
  ])('%j is %s: %s', (data, kind) => {
    expect(readFrameData(data).kind).toBe(kind);
  });
});
