import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkReader } from './chunk-reader.ts';
import { readFrameData } from './openai-chat.ts';

const chunk = (delta: object, more: object = {}): string =>
  JSON.stringify({ id: 'c', created: 1, ...more, choices: [{ index: 0, delta, finish_reason: null }] });

/** What a reader says of chunks, one after the other, and what each says by itself. */
function expectSame(chunks: readonly string[]): void {
  const read = chunkReader();
  expect(chunks.map((data) => read(data))).toEqual(chunks.map((data) => readFrameData(data)));
}

describe('the chunks of a stream, each read like itself', () => {
  it.each<[string, readonly string[]]>([
    [
      'an ordinary reply',
      [
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'Good' }),
        chunk({ content: ' day' }),
        chunk({ content: '\n' }),
        chunk({ content: '  ' }),
        chunk({ content: 'say "hi"' }),
        chunk({ content: '' }),
        JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] }),
        '[DONE]',
      ],
    ],
    [
      'text that looks like the frame around it',
      [
        chunk({ content: 'a' }),
        chunk({ content: '"content":"' }),
        chunk({ content: '","finish_reason":"stop"' }),
      ],
    ],
    [
      'a field of the same name elsewhere',
      [
        chunk({ content: 'a' }, { note: { content: 'x' } }),
        chunk({ content: '' }, { note: { content: 'y' } }),
      ],
    ],
    [
      'the same field twice',
      [
        '{"choices":[{"delta":{"content":"a","content":"b"}}]}',
        '{"choices":[{"delta":{"content":"","content":"b"}}]}',
      ],
    ],
    [
      'several choices',
      [
        JSON.stringify({ choices: [{ delta: { content: 'a' } }, { delta: { content: 'b' } }] }),
        JSON.stringify({ choices: [{ delta: { content: '' } }, { delta: { content: 'b' } }] }),
      ],
    ],
    ['an error after text', [chunk({ content: 'a' }), chunk({ content: 'a' }, { error: 'M' })]],
    [
      'an error with text in it',
      [chunk({ content: 'a' }, { error: 'M' }), chunk({ content: 'b' }, { error: 'M' })],
    ],
    [
      'a finish_reason beside text',
      [
        '{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}',
        '{"choices":[{"delta":{"content":"b"},"finish_reason":"stop"}]}',
      ],
    ],
    [
      'broken in the middle',
      [chunk({ content: 'a' }), chunk({ content: 'b' }).slice(0, -1), chunk({ content: 'c' }).slice(1)],
    ],
    [
      'raw control characters, which JSON forbids',
      [chunk({ content: 'a' }), chunk({ content: 'X' }).replace('X', '\t')],
    ],
    ['shorter than what it is compared with', [chunk({ content: 'a' }), '{"choices":[{"delta":{"content":"']],
    [
      'something new in every chunk',
      Array.from({ length: 30 }, (_none, count) => chunk({ content: 'a' }, { salt: count })),
    ],
    [
      'tokens told in every chunk, the same or not',
      [
        chunk({ content: 'a' }, { usage: { total_tokens: 7 } }),
        chunk({ content: 'b' }, { usage: { total_tokens: 7 } }),
        chunk({ content: 'c' }, { usage: { total_tokens: 8 } }),
        chunk({ content: 'd' }, { usage: null }),
        chunk({ content: 'e' }, { usage: null }),
      ],
    ],
    ['reasoning', [chunk({ reasoning: 'a', content: '' }), chunk({ reasoning: 'b', content: '' })]],
  ])('%s', (_what, chunks) => {
    expectSame(chunks);
  });

  it('whatever the texts are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) =>
        expectSame(texts.map((content) => chunk({ content }))),
      ),
    );
  });

  it('whatever is done to their bytes', () => {
    const damaged = fc
      .tuple(fc.string(), fc.nat(), fc.string({ maxLength: 3 }))
      .map(([content, at, damage]) => {
        const data = chunk({ content });
        const position = at % data.length;
        return data.slice(0, position) + damage + data.slice(position + damage.length);
      });
    fc.assert(fc.property(fc.array(damaged), (chunks) => expectSame([chunk({ content: 'a' }), ...chunks])));
  });
});
