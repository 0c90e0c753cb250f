import { describe, expect, it } from 'vitest';
import { foldStream } from '../dialect/fold-stream.ts';
import { asCompletion } from './as-completion.ts';
import { completionAsFrames } from './as-stream.ts';

const framesOf = (stream: Buffer): unknown[] =>
  stream
    .toString()
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.slice('data: '.length)) as unknown);

describe('a completion told as a stream', () => {
  it('says the message, then why it finished, then the usage', () => {
    const completion = {
      id: 'c1',
      object: 'chat.completion',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'length', logprobs: null },
      ],
      usage: { total_tokens: 2 },
    };
    const head = { id: 'c1', object: 'chat.completion.chunk' };
    expect(framesOf(completionAsFrames(completion))).toEqual([
      {
        ...head,
        choices: [
          { index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: null, logprobs: null },
        ],
      },
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'length' }] },
      { ...head, choices: [], usage: { total_tokens: 2 } },
    ]);
  });

  it('numbers tool calls and choices where the completion does not', () => {
    const message = { content: null, tool_calls: [{ id: 'a' }, 'odd', { id: 'b' }] };
    expect(framesOf(completionAsFrames({ choices: [{ message }] }))).toEqual([
      {
        object: 'chat.completion.chunk',
        choices: [
          {
            index: 0,
            delta: { content: null, tool_calls: [{ index: 0, id: 'a' }, 'odd', { index: 2, id: 'b' }] },
            finish_reason: null,
          },
        ],
      },
      { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
  });

  it('keeps the text of a text completion', () => {
    expect(framesOf(completionAsFrames({ choices: [{ text: 'Hi' }] }))).toEqual([
      { object: 'text_completion', choices: [{ index: 0, text: 'Hi', finish_reason: null }] },
      { object: 'text_completion', choices: [{ index: 0, text: '', finish_reason: 'stop' }] },
    ]);
  });

  it('is read back as the same completion', () => {
    const completion = {
      id: 'c1',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      usage: { total_tokens: 2 },
    };
    expect(foldStream(completionAsFrames(completion))?.completion).toEqual(completion);
  });

  it('makes no choices up', () => {
    expect(completionAsFrames({ choices: 7 }).toString()).not.toContain('"index"');
  });
});

describe('a stream told as a completion', () => {
  it('leaves JSON as it is, to the byte', () => {
    const body = Buffer.from(' {"n" : 12345678901234567890}');
    expect(asCompletion(body)).toBe(body);
  });

  it('joins the chunks', () => {
    const stream = Buffer.from(
      'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n',
    );
    expect(JSON.parse(asCompletion(stream).toString())).toEqual({
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' } }],
    });
  });

  it('leaves anything else as it is', () => {
    const page = Buffer.from('<html></html>');
    expect(asCompletion(page)).toBe(page);
  });
});
