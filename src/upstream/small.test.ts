import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collector } from './body-reader.ts';
import type { BodyReader } from './body-reader.ts';
import { decoderFor, isDecodable } from './decode.ts';
import { phaseLimits } from './limits.ts';

describe('limits', () => {
  it('one number is the first byte and the idle timeout', () => {
    expect(phaseLimits(30)).toEqual({
      connectMs: 10_000,
      firstByteMs: 30_000,
      firstContentMs: 300_000,
      idleMs: 30_000,
      totalMs: 900_000,
    });
  });

  it('each phase may be named', () => {
    expect(phaseLimits({ connect: 1, first_byte: 2, first_content: 3, idle: 4, total: 0.5 })).toEqual({
      connectMs: 1_000,
      firstByteMs: 2_000,
      firstContentMs: 3_000,
      idleMs: 4_000,
      totalMs: 500,
    });
  });
});

describe('decoding', () => {
  const text = 'data: {"a":1}\n\n'.repeat(100);
  const decode = (encoding: string, bytes: Buffer): Promise<string> =>
    new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const decoder = decoderFor(encoding, bytes, (chunk) => chunks.push(chunk), reject);
      decoder.write(bytes);
      decoder.pause();
      decoder.resume();
      decoder.end(() => resolve(Buffer.concat(chunks).toString()));
    });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    [' GZIP ', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
  ] as const)('%s', async (encoding, compress) => {
    await expect(decode(encoding, compress(text))).resolves.toBe(text);
  });

  it('reports data that are broken', async () => {
    await expect(decode('gzip', Buffer.from('not gzip'))).rejects.toThrow('incorrect header check');
  });

  it.each([
    [undefined, false],
    ['identity', false],
    ['zstd', false],
    ['BR ', true],
  ])('%s can be undone: %s', (encoding, is) => {
    expect(isDecodable(encoding)).toBe(is);
  });
});

describe('collecting a body', () => {
  /** A collector of ten bytes, and what it has told. */
  function collect(): { reader: BodyReader; told: string[] } {
    const told: string[] = [];
    const reader = collector(10, {
      whole: (body) => told.push(`whole ${body.toString()}`),
      lost: (cause, beginning) => told.push(`lost ${beginning.toString()}: ${cause.message}`),
      oversized: (beginning) => told.push(`oversized ${beginning.toString()}`),
      stalled: (beginning) => {
        told.push(`stalled ${beginning.toString()}`);
        return undefined;
      },
    });
    return { reader, told };
  }

  it.each<[string, (reader: BodyReader) => unknown, string]>([
    ['its end', (reader) => reader.end(), 'whole 0123456789'],
    ['a loss', (reader) => reader.lost(new Error('gone')), 'lost 0123456789: gone'],
    ['silence', (reader) => reader.stalled(), 'stalled 0123456789'],
    ['too much', (reader) => reader.data(Buffer.from('x')), 'oversized 0123456789'],
  ])('up to %s', (_what, happen, expected) => {
    const { reader, told } = collect();
    reader.data(Buffer.from('01234'));
    reader.data(Buffer.from('56789'));
    happen(reader);
    expect(told).toEqual([expected]);
  });
});
