// Undoes a compression that the upstream applied although `identity` was asked for.
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** A decompressor; output arrives as soon as it can be produced. */
export interface Decoder {
  write(chunk: Buffer): void;
  /** Calls back once everything written has come out, or never if the data was broken. */
  end(onFlushed: () => void): void;
  /** Stops and restarts the output. */
  pause(): void;
  resume(): void;
}

/** Whether a Content-Encoding is one that can be undone; others pass as they are. */
export function isDecodable(encoding: string | undefined): boolean {
  return ['gzip', 'x-gzip', 'deflate', 'br'].includes(normalised(encoding));
}

/**
 * The decoder for a Content-Encoding that is decodable.
 * @param first the body's first bytes
 */
export function decoderFor(
  encoding: string | undefined,
  first: Buffer,
  onData: (chunk: Buffer) => void,
  onError: (error: Error) => void,
): Decoder {
  const stream = decompressor(normalised(encoding), first);
  stream.on('data', onData);
  stream.on('error', onError);
  return {
    write: (chunk) => void stream.write(chunk),
    end(onFlushed) {
      stream.once('end', onFlushed);
      stream.end();
    },
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
  };
}

function normalised(encoding = 'identity'): string {
  return encoding.trim().toLowerCase();
}

function decompressor(encoding: string, first: Buffer): NodeJS.ReadWriteStream {
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding !== 'deflate') return createGunzip();
  // `deflate` means zlib's format (RFC 1950), whose first byte ends in 8; some send the bare data (RFC 1951).
  return (first.readUInt8(0) & 0x0f) === 8 ? createInflate() : createInflateRaw();
}
