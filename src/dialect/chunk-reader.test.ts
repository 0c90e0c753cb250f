import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkReader } from './chunk-reader.ts';
import { readFrameData } from './openai-chat.ts';

const chunk = (delta: object, more: object = {}): string =>
  JSON.stringify({ id: 'c', created: 1, ...more, choices: [{ index: 0, delta, finish_reason: null }] });

/** What a reader says of chunks, one after the other, and what each says by itself. */
function expectSame(chunks: readonly string[]): void {
  const reader = new ChunkReader();
  expect(chunks.map((data) => reader.read(data))).toEqual(chunks.map((data) => readFrameData(data)));
  const byFrames = new ChunkReader();
  for (const data of chunks) {
    const text = byFrames.plainText(Buffer.from(`data: ${data}\n\n`));
    if (text === undefined) byFrames.read(data);
    else {
      const shown = /\S/.test(text) ? 'content' : 'nothing';
      expect(readFrameData(data)).toEqual({ kind: 'chunk', meaning: { shown, text } });
    }
  }
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

describe('a frame that only adds text', () => {
  const reader = new ChunkReader();
  reader.read(chunk({ content: 'Good' }));
  const frame = (data: string, end = '\n\n'): Buffer => Buffer.from(`data: ${data}${end}`);

  it.each<[string, Buffer, string | undefined]>([
    ['a word', frame(chunk({ content: ' day' })), ' day'],
    ['nothing', frame(chunk({ content: '' })), ''],
    ['an escape', frame(chunk({ content: 'a "b"' })), undefined],
    ['a letter that is not ASCII', frame(chunk({ content: 'é' })), undefined],
    ['a finish_reason', frame('{"choices":[{"delta":{},"finish_reason":"stop"}]}'), undefined],
    ['a frame that is not whole', frame(chunk({ content: ' day' }), '\n'), undefined],
    [
      'two frames',
      Buffer.concat([frame(chunk({ content: 'a' })), frame(chunk({ content: 'b' }))]),
      undefined,
    ],
  ])('%s', (_what, bytes, text) => {
    expect(reader.plainText(bytes)).toBe(text);
  });

  it('is not known after one that came in several lines', () => {
    const other = new ChunkReader();
    other.read('{"id":1,\n"choices":[{"delta":{"content":"a"}}]}');
    expect(
      other.plainText(Buffer.from('data: {"id":1,\n"choices":[{"delta":{"content":"b"}}]}\n\n')),
    ).toBeUndefined();
  });

  it('is not known before one like it was read, nor where each tells the tokens', () => {
    const other = new ChunkReader();
    const told = chunk({ content: 'a' }, { usage: { total_tokens: 3 } });
    expect(other.plainText(frame(told))).toBeUndefined();
    other.read(told);
    expect(other.plainText(frame(told))).toBeUndefined();
  });
});
