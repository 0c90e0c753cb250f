// Undoes a compression that the upstream applied although `identity` was asked for.
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** A decompressor as a pair of calls; output arrives as soon as it can be produced. */
export interface Decoder {
  write(chunk: Buffer): void;
  /** Calls back once everything written has come out, or never if the data was broken. */
  end(onFlushed: () => void): void;
}

/**
 * The decoder for a Content-Encoding; undefined for `identity` and for encodings we do not know, whose bytes pass as
 * they are.
 */
export function decoderFor(
  encoding: string | undefined,
  onData: (chunk: Buffer) => void,
  onError: (error: Error) => void,
): Decoder | undefined {
  const stream = decompressor(encoding?.trim().toLowerCase());
  if (stream === undefined) return undefined;
  stream.on('data', onData);
  stream.on('error', onError);
  return {
    write: (chunk) => void stream.write(chunk),
    end(onFlushed) {
      stream.once('end', onFlushed);
      stream.end();
    },
  };
}

function decompressor(encoding = 'identity'): NodeJS.ReadWriteStream | undefined {
  switch (encoding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}
