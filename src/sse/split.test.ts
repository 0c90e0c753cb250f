import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameSplitter } from './split.ts';
import { DONE_FRAME, dataFrame } from './write.ts';

/** The frames of a text that arrives in the given pieces. */
function split(...pieces: readonly (string | Buffer)[]): { data: (string | undefined)[]; raw: string[] } {
  const splitter = frameSplitter();
  const frames = [...pieces.flatMap((piece) => splitter.push(Buffer.from(piece))), ...splitter.end()];
  return { data: frames.map(({ data }) => data), raw: frames.map(({ raw }) => raw.toString()) };
}

describe('frames', () => {
  it.each([
    ['data: {"a":1}\n\n', ['{"a":1}'], 'the usual form'],
    ['data:{"a":1}\n\n', ['{"a":1}'], 'no space after the colon'],
    ['data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b'], 'CRLF'],
    ['data: a\r\rdata: b\r\r', ['a', 'b'], 'CR alone'],
    ['data: a\ndata: b\n\n', ['a\nb'], 'two data lines are one event'],
    ['event: error\ndata: a\nid: 7\n\n', ['a'], 'other fields are no data'],
    [': OPENROUTER PROCESSING\n\ndata: a\n\n', [undefined, 'a'], 'a comment is a frame without data'],
    ['\n\ndata: a\n\n', [undefined, undefined, 'a'], 'blank lines to keep a connection alive'],
    ['data\n\n', [''], 'a field without a colon is an empty one'],
    ['data:\n\n', [''], 'empty data'],
    ['\uFEFFdata: a\n\n', ['a'], 'a byte order mark is no part of the field'],
    ['data: a\n\ndata: b', ['a', 'b'], 'a last event without its blank line is not lost'],
    ['data: a\n\ndata: b\n', ['a', 'b'], 'nor one with half of it'],
    ['data: a\r', ['a'], 'nor one that ends in a CR'],
  ])('%j', (text, expected) => {
    expect(split(text).data).toEqual(expected);
  });

  it('keep every byte as it came, odd spacing and all', () => {
    const frames = [': hi\n\n', 'event: x\r\ndata:  {"a" : 1}\r\n\r\n', 'data: ü\n\n'];
    expect(split(frames.join('')).raw).toEqual(frames);
  });

  it('closes a last event that was left open', () => {
    expect(split('data: a').raw).toEqual(['data: a\n\n']);
    expect(split('data: a\n').raw).toEqual(['data: a\n\n']);
  });

  it('ends without frames when nothing came', () => {
    expect(split().raw).toEqual([]);
  });

  it('refuses an event that never ends, in whatever pieces it comes', () => {
    const splitter = frameSplitter(100);
    splitter.push(Buffer.alloc(80, 'a'));
    expect(() => splitter.push(Buffer.alloc(80, 'a'))).toThrow(RangeError);
  });
});

describe('however a stream is cut into pieces', () => {
  const line = fc.oneof(
    fc.constantFrom('data: {"a":"ä€😀"}', 'data: [DONE]', ': comment', 'event: x', 'data:', ''),
    fc.string({ maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, '')),
  );
  const stream = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n', '\r'))
    .map(([lines, terminator]) => lines.map((text) => text + terminator).join(''));

  it('at every single byte offset, the frames are the same', () => {
    fc.assert(
      fc.property(stream, (text) => {
        const bytes = Buffer.from(text);
        const whole = split(bytes);
        for (let at = 0; at <= bytes.length; at += 1) {
          expect(split(bytes.subarray(0, at), bytes.subarray(at))).toEqual(whole);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('byte by byte, the frames are the same', () => {
    fc.assert(
      fc.property(stream, (text) => {
        expect(split(...[...Buffer.from(text)].map((byte) => Buffer.of(byte)))).toEqual(split(text));
      }),
    );
  });

  it('no byte is lost', () => {
    fc.assert(
      fc.property(stream, (text) => {
        expect(split(text).raw.join('').startsWith(text)).toBe(true);
      }),
    );
  });

  it('the data agree with eventsource-parser', () => {
    fc.assert(
      fc.property(stream, (text) => {
        const expected: string[] = [];
        const parser = createParser({ onEvent: ({ data }) => expected.push(data) });
        parser.feed(`${text}\n\n`);
        expect(split(`${text}\n\n`).data.filter((data) => data !== undefined)).toEqual(expected);
      }),
    );
  });
});

it('our own frames are ones the splitter reads', () => {
  const text = Buffer.concat([dataFrame({ a: 'line\nbreak' }), DONE_FRAME]);
  expect(split(text).data).toEqual(['{"a":"line\\nbreak"}', '[DONE]']);
});
