import { describe, expect, it } from 'vitest';
import { replyTexts, requestTexts } from './text-places.ts';

describe('the texts of a request', () => {
  it.each<[string, readonly string[], string]>([
    [
      '{"messages":[{"role":"user","content":"a"},{"content":"b","role":"system"}]}',
      ['user "a"', 'system "b"'],
      'messages, whatever comes first',
    ],
    [
      '{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"text":"no"}}]}]}',
      ['user "a"'],
      'text parts',
    ],
    [
      '{"messages":[{"role":"assistant","content":null,"tool_calls":[{"content":"no"}],"name":"no"}]}',
      [],
      'nothing else',
    ],
    ['{"messages":[{"content":"a"},{"role":7,"content":"b"}]}', [' "a"', ' "b"'], 'messages without a role'],
    [' {"prompt":"a","messages":null}', ['user "a"'], 'the prompt of a text completion'],
    ['{"prompt":["a"],"suffix":"b"}', [], 'but no list of prompts'],
  ])('%s', (json, expected) => {
    expect(requestTexts(json).map(({ role, start, end }) => `${role} ${json.slice(start, end)}`)).toEqual(
      expected,
    );
  });
});

describe('the texts of a reply', () => {
  it.each<[string, readonly string[], string]>([
    [
      '{"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}',
      ['0! reply content "a"'],
      'a whole one',
    ],
    [
      '{"choices":[{"delta":{"content":"a"},"index":1,"finish_reason":null}]}',
      ['1 reply content "a"'],
      'a chunk',
    ],
    [
      '{"choices":[{"delta":{"content":"a"},"finish_reason":""}]}',
      ['0 reply content "a"'],
      'an empty finish_reason is none',
    ],
    ['{"choices":[{"text":"a","logprobs":{"text":"no"}}]}', ['0 reply text "a"'], 'a text completion'],
    [
      '{"choices":[{"delta":{"reasoning_content":"a","reasoning":"b","content":null}}]}',
      ['0 reasoning reasoning_content "a" | reasoning reasoning "b"'],
      'reasoning',
    ],
    [
      '{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"no"}]},{"type":"text","text":"a"}]}}]}',
      ['0 reply content "a"'],
      'Mistral’s parts',
    ],
    ['{"choices":[{"delta":{}},{"delta":null,"index":1}]}', ['0 ', '1 '], 'choices that say nothing'],
    ['{"content":"no","choices":null}', [], 'no choices'],
  ])('%s', (json, expected) => {
    const shown = replyTexts(json).map(
      ({ index, hasFinished, texts }) =>
        `${index}${hasFinished ? '!' : ''} ${texts.map(({ part, key, start, end }) => `${part} ${key} ${json.slice(start, end)}`).join(' | ')}`,
    );
    expect(shown).toEqual(expected);
  });

  it('from where the JSON begins', () => {
    expect(replyTexts('ï»¿{"choices":[{"text":"a"}]}', 3)).toHaveLength(1);
  });
});
