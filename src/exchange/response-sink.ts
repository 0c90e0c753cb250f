// What is written to a client's response: the head, and frames that are collected until a turn is over. What is said,
// and when, is delivery.ts's to know.
import type { ServerResponse } from 'node:http';
import type { Frame } from '../sse/frame.ts';
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

/**
 * Frames that arrive together leave together: an upstream's read often brings many, each in a callback of its own, so
 * they are collected until those callbacks are over. That takes no time: Node would hold the bytes back as long itself.
 * Nor are they copied, where they lie in memory as they came.
 */
class TurnSink implements ResponseSink {
  readonly #response: ServerResponse;
  /** What was there before the last run. */
  #waiting: Buffer[] = [];
  /** The first frame of the last run, whose frames lie one behind the other in memory; undefined: nothing waits. */
  #first: Buffer | undefined;
  #runBytes = 0;
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
    if (this.#first === undefined) process.nextTick(flush, this);
    this.#bytes += raw.length;
    if (this.#isNext(raw)) this.#runBytes += raw.length;
    else {
      this.#endRun();
      this.#first = raw;
      this.#runBytes = raw.length;
    }
    return !this.#response.writableNeedDrain;
  }

  flush(): void {
    if (this.#first === undefined) return;
    this.#endRun();
    const waiting = this.#waiting;
    this.#waiting = [];
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

function flush(sink: TurnSink): void {
  sink.flush();
}
