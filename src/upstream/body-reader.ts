// What an attempt needs of whoever reads the body of its answer; and the reader that takes it whole.

/** Reads one answer's body. Nothing is called after the attempt is settled. */
export interface BodyReader {
  data(chunk: Buffer): void;
  /** The body ended as HTTP says it should. */
  end(): void;
  /** The connection was lost inside the body. */
  lost(cause: Error): void;
}

/**
 * Collects a body and hands it over whole, or as far as it came when it grows past the limit.
 * @param onOversized gets the first `limitBytes` or fewer
 */
export function collector(
  limitBytes: number,
  onWhole: (body: Buffer) => void,
  onLost: (cause: Error) => void,
  onOversized: (beginning: Buffer) => void,
): BodyReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    data(chunk) {
      bytes += chunk.length;
      if (bytes > limitBytes) onOversized(Buffer.concat(chunks));
      else chunks.push(chunk);
    },
    end: () => onWhole(joined(chunks)),
    lost: onLost,
  };
}

/** The chunks of a body as one; without a copy where it came in one. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
