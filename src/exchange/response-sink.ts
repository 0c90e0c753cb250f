// What is written to a client's response: the head, frames and whole replies that are collected until a turn is over.
// What is said, and when, is delivery.ts's to know.
import type { ServerResponse } from 'node:http';
import type { Frame } from '../sse/frame.ts';
import { eachAfterThisTurn } from '../std/clock.ts';
import type { FrameSink } from '../upstream/live-stream.ts';
import type { RawHeaders } from '../upstream/outcome.ts';

/** The upstream's head, besides what we have set ourselves (for CORS): writeHead alone would let one replace the other. */
export function writeHead(response: ServerResponse, status: number, headers: RawHeaders): void {
  if (response.getHeaderNames().length === 0) {
    response.writeHead(status, [...headers]);
    return;
  }
  for (let index = 0; index < headers.length; index += 2) {
    response.appendHeader(String(headers[index]), String(headers[index + 1]));
  }
  response.writeHead(status);
}

/** Node copies a text that it writes; what is larger is dearer to copy than to write in a piece of its own. */
const MAX_BYTES_AS_TEXT = 8 * 1024;

/** A response whose head is written, and all of its body. */
interface LastWords {
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** The same, each byte a character, from whoever has it already. */
  readonly latin1: string | undefined;
}

/**
 * Ends responses whose replies have come in the same turn together: a client that waits has to be woken by each write,
 * which costs as much as the write itself, but one that is awake has not.
 */
export const endAfterThisTurn: (last: LastWords) => void = eachAfterThisTurn(
  'first',
  ({ response, body, latin1 }: LastWords) => {
    // As a text, byte for byte, Node writes it in one piece with the head.
    if (body.length <= MAX_BYTES_AS_TEXT) response.end(latin1 ?? body.toString('latin1'), 'latin1');
    else response.end(body);
  },
);

/** A sink with what has not been written yet. */
export interface ResponseSink extends FrameSink {
  /** Bytes written or waiting. */
  readonly bytes: number;
  /** Writes at once what is waiting; to be called before anything else is written. */
  flush(): void;
}

/** The sink of a response. */
export function sinkOf(response: ServerResponse): ResponseSink {
  return new TurnSink(response);
}

/** What waits is written at once when it is as much as one read brings, so that a slow client is noticed soon. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * Frames that arrive together leave together, of this stream and of the others: an upstream's read often brings many,
 * each in a callback of its own, so they are collected until all that is ready has been read. Nor are they copied, where
 * they lie in memory as they came.
 */
class TurnSink implements ResponseSink {
  readonly #response: ServerResponse;
  /** What was there before the last run. */
  #waiting: Buffer[] = [];
  /** The first frame of the last run, whose frames lie one behind the other in memory; undefined: nothing waits. */
  #first: Buffer | undefined;
  #runBytes = 0;
  #waitingBytes = 0;
  #bytes = 0;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(frames: readonly Frame[]): boolean {
    for (const { raw } of frames) this.pass(raw);
    return !this.#response.writableNeedDrain;
  }

  pass(raw: Buffer): boolean {
    if (this.#first === undefined) flushAfterThisTurn(this);
    this.#bytes += raw.length;
    if (this.#isNext(raw)) this.#runBytes += raw.length;
    else {
      this.#endRun();
      this.#first = raw;
      this.#runBytes = raw.length;
    }
    this.#waitingBytes += raw.length;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.flush();
    return !this.#response.writableNeedDrain;
  }

  flush(): void {
    if (this.#first === undefined) return;
    this.#endRun();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#response.write(waiting.length === 1 ? waiting[0] : Buffer.concat(waiting));
  }

  onDrain(resume: () => void): void {
    this.#response.once('drain', resume);
  }

  #isNext(raw: Buffer): boolean {
    const first = this.#first;
    return raw.buffer === first?.buffer && raw.byteOffset === first.byteOffset + this.#runBytes;
  }

  #endRun(): void {
    const first = this.#first;
    if (first === undefined) return;
    const { buffer, byteOffset, length } = first;
    this.#waiting.push(this.#runBytes === length ? first : Buffer.from(buffer, byteOffset, this.#runBytes));
    this.#first = undefined;
  }
}

const flushAfterThisTurn: (sink: TurnSink) => void = eachAfterThisTurn('first', (sink: TurnSink) =>
  sink.flush(),
);
