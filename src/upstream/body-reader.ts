// What an attempt needs of whoever reads the body of its answer; and the reader that takes it whole.
import { foldStream } from '../dialect/fold-stream.ts';
import { readPlainReply } from '../dialect/openai-chat.ts';
import type { Outcome, RawHeaders } from './outcome.ts';

/** Reads one answer's body. Nothing is called after the attempt is settled. */
export interface BodyReader {
  data(chunk: Buffer): void;
  /** The body ended as HTTP says it should. */
  end(): void;
  /** The connection was lost inside the body. */
  lost(cause: Error): void;
  /** What a silence longer than the idle timeout comes to, if the reader knows better than that it timed out. */
  stalled(): Outcome | undefined;
}

/** What becomes of a collected body; each but `whole` gets what had come. */
export interface Collected {
  whole(body: Buffer): void;
  lost(cause: Error, beginning: Buffer): void;
  /** It grew past the limit. */
  oversized(beginning: Buffer): void;
  stalled(beginning: Buffer): Outcome | undefined;
}

/** Collects a body up to a limit in bytes. */
export function collector(limitBytes: number, collected: Collected): BodyReader {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return {
    data(chunk) {
      bytes += chunk.length;
      if (bytes > limitBytes) collected.oversized(joined(chunks));
      else chunks.push(chunk);
    },
    end: () => collected.whole(joined(chunks)),
    lost: (cause) => collected.lost(cause, joined(chunks)),
    stalled: () => collected.stalled(joined(chunks)),
  };
}

/**
 * What a body that has come whole is: an answer, or an event stream nobody asked for that has stopped without its mark.
 * @param endMarks whether streams of this upstream are known to end with a mark
 */
export function wholeAnswer(
  status: number,
  headers: RawHeaders,
  body: Buffer,
  endMarks: { seen: boolean },
): Outcome {
  const answer = { kind: 'responded', status, headers, body } as const;
  if (status >= 300) return answer;
  const plain = readPlainReply(body);
  if (plain !== undefined) return { ...answer, plain };
  const told = foldStream(body);
  if (told?.isMarked === true) endMarks.seen = true;
  if (told === undefined || told.isMarked || !endMarks.seen) return answer;
  return { kind: 'broken', cause: new Error('the stream ended without finish_reason and [DONE]') };
}

/** The chunks of a body as one; without a copy where it came in one. */
export function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}
