import { describe, expect, it } from 'vitest';
import { foldStream } from './fold-stream.ts';
import type { FoldedStream } from './fold-stream.ts';

const stream = (...chunks: readonly unknown[]): Buffer =>
  Buffer.from([...chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'].join(''));
const folded = (bytes: Buffer): FoldedStream['completion'] | undefined => foldStream(bytes)?.completion;
const chunk = (delta: object, finish_reason: string | null = null, index = 0): object => ({
  id: 'c1',
  object: 'chat.completion.chunk',
  choices: [{ index, delta, finish_reason }],
});

describe('a stream read as one completion', () => {
  it('joins texts, keeps the role and the finish_reason, takes the usage', () => {
    const usage = { total_tokens: 3 };
    expect(
      folded(
        stream(
          chunk({ role: 'assistant', content: '' }),
          chunk({ reasoning_content: 'H' }),
          chunk({ reasoning_content: 'm' }),
          chunk({ content: 'Good ' }),
          chunk({ content: 'day', refusal: null }),
          chunk({}, 'stop'),
          { id: 'c1', choices: [], usage },
        ),
      ),
    ).toEqual({
      id: 'c1',
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Good day', reasoning_content: 'Hm' },
          finish_reason: 'stop',
        },
      ],
      usage,
    });
  });

  it('takes what is no text as it comes', () => {
    expect(folded(stream(chunk({ content: null, audio: { id: 'a' } })))).toMatchObject({
      choices: [{ message: { content: null, audio: { id: 'a' } } }],
    });
  });

  it('keeps several choices apart', () => {
    expect(
      folded(stream(chunk({ content: 'a' }), chunk({ content: 'b' }, null, 1), chunk({ content: 'A' }))),
    ).toMatchObject({
      choices: [
        { index: 0, message: { content: 'aA' } },
        { index: 1, message: { content: 'b' } },
      ],
    });
  });

  it('joins the pieces of tool calls', () => {
    const call = (piece: object): object => chunk({ tool_calls: [piece] });
    expect(
      folded(
        stream(
          call({ index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '{"a"' } }),
          call({ index: 0, function: { arguments: ':1}' } }),
          call({ id: 't2', function: { name: 'g' } }),
          call({ index: 1, type: 'function' }),
        ),
      ),
    ).toMatchObject({
      choices: [
        {
          message: {
            content: null,
            tool_calls: [
              { id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
              { id: 't2', type: 'function', function: { name: 'g', arguments: '' } },
            ],
          },
        },
      ],
    });
  });

  it('joins the text of text completions, and numbers choices that have no number', () => {
    expect(
      folded(stream({ object: 'text_completion', choices: [{ text: 'a' }] }, { choices: [{ text: 'b' }] })),
    ).toEqual({ object: 'text_completion', choices: [{ text: 'ab' }] });
  });

  it('is the error, where there is one', () => {
    const failed = { error: { message: 'M' } };
    expect(folded(stream(chunk({ content: 'a' }), failed))).toEqual(failed);
    const mistral = { object: 'error', message: 'M' };
    expect(folded(stream(chunk({ content: 'a' }), mistral))).toEqual(mistral);
    expect(folded(stream({ ...chunk({ content: 'a' }), error: null }))).not.toHaveProperty('error.message');
  });

  it.each([
    ['{"choices":[]}', 'JSON'],
    ['<html></html>', 'a page'],
    ['', 'nothing'],
    [': waiting\n\n', 'comments alone'],
    ['data: hello\n\n', 'data that are no JSON'],
  ])('is nothing for %s (%s)', (text) => {
    expect(folded(Buffer.from(text))).toBeUndefined();
  });
});

describe('the end of a stream', () => {
  it.each<[string, boolean, string]>([
    ['data: {"choices":[{"delta":{"content":"a"}}]}\n\n', false, 'nothing says that it is over'],
    ['data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: [DONE]', true, '[DONE]'],
    ['data: {"choices":[{"text":"a","finish_reason":"length"}]}\n\n', true, 'a finish_reason'],
    ['data: {"choices":[]}\n\ndata: {"error":"busy"}\n\n', true, 'an error'],
  ])('%j is marked: %s (%s)', (text, isMarked) => {
    expect(foldStream(Buffer.from(text))?.isMarked).toBe(isMarked);
  });

  it('is where it says [DONE], whatever follows', () => {
    const late = Buffer.concat([stream(chunk({ content: 'a' })), stream({ error: 'late' })]);
    expect(folded(late)).toMatchObject({ choices: [{ message: { content: 'a' } }] });
  });
});
