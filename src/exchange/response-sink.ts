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

/**
 * Frames that arrive together leave together: an upstream's read often brings many, each in a callback of its own, so
 * they are collected until those callbacks are over. That takes no time: Node would hold the bytes back as long itself.
 */
export function sinkOf(response: ServerResponse): ResponseSink {
  let waiting: Buffer[] = [];
  let total = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const bytes = waiting.length === 1 ? waiting[0] : Buffer.concat(waiting);
    waiting = [];
    response.write(bytes);
  };
  return {
    flush,
    get bytes() {
      return total;
    },
    write(frames: readonly Frame[]) {
      if (waiting.length === 0) process.nextTick(flush);
      for (const { raw } of frames) {
        waiting.push(raw);
        total += raw.length;
      }
      return !response.writableNeedDrain;
    },
    onDrain: (resume) => void response.once('drain', resume),
  };
}
