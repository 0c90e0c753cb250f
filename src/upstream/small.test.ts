import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collector } from './body-reader.ts';
import { decoderFor } from './decode.ts';
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
      const decoder = decoderFor(encoding, (chunk) => chunks.push(chunk), reject);
      decoder?.write(bytes);
      decoder?.end(() => resolve(Buffer.concat(chunks).toString()));
    });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    [' GZIP ', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('%s', async (encoding, compress) => {
    await expect(decode(encoding, compress(text))).resolves.toBe(text);
  });

  it('reports data that are broken', async () => {
    await expect(decode('gzip', Buffer.from('not gzip'))).rejects.toThrow('incorrect header check');
  });

  it.each([[undefined], ['identity'], ['zstd']])('%s passes as it is', (encoding) => {
    expect(
      decoderFor(
        encoding,
        () => undefined,
        () => undefined,
      ),
    ).toBeUndefined();
  });
});

describe('collecting a body', () => {
  it('hands it over whole', () => {
    const whole: string[] = [];
    const reader = collector(
      10,
      (body) => whole.push(body.toString()),
      () => undefined,
      () => undefined,
    );
    reader.data(Buffer.from('01234'));
    reader.data(Buffer.from('56789'));
    reader.end();
    expect(whole).toEqual(['0123456789']);
  });

  it('stops at the limit with what it has', () => {
    const beginnings: string[] = [];
    const reader = collector(
      9,
      () => undefined,
      () => undefined,
      (beginning) => beginnings.push(beginning.toString()),
    );
    reader.data(Buffer.from('01234'));
    reader.data(Buffer.from('56789'));
    expect(beginnings).toEqual(['01234']);
  });
});
