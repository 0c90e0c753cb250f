// Reads HTTP/1.1 replies off a connection for the load generator: status and body bytes, nothing else. It costs
// less than an HTTP client would, so that what is measured is the proxy.

/** Where a reply's parts go. */
export interface ReplySink {
  /** A piece of the body, transfer coding removed. */
  onBody(bytes: Buffer): void;
  onEnd(status: number): void;
}

type Place = 'head' | 'body' | 'chunk-size' | 'chunk' | 'after-chunk';

const LINE_FEED = 10;
const CRLF_BYTES = 2;

/** A function that takes the connection's bytes as they come. Throws on what is not a reply with a known length. */
export function createReplyReader(sink: ReplySink): (bytes: Buffer) => void {
  let place: Place = 'head';
  let text = '';
  let status = 0;
  let left = 0;

  const finish = (): void => {
    place = 'head';
    text = '';
    sink.onEnd(status);
  };

  /** Each step takes what it can from `bytes` at `at` and returns where the next one begins. */
  const steps: Record<Place, (bytes: Buffer, at: number) => number> = {
    head(bytes, at) {
      const before = text.length;
      text += bytes.toString('latin1', at);
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return bytes.length;
      const head = text.slice(0, end);
      status = Number(head.slice(9, 12));
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      text = '';
      if (length === undefined) {
        if (!/\r\ntransfer-encoding: *chunked/i.test(head))
          throw new Error(`a reply without a length: ${head}`);
        place = 'chunk-size';
      } else {
        left = Number(length);
        place = 'body';
        if (left === 0) finish();
      }
      return at + end + 4 - before;
    },
    body(bytes, at) {
      const end = Math.min(bytes.length, at + left);
      left -= end - at;
      sink.onBody(bytes.subarray(at, end));
      if (left === 0) finish();
      return end;
    },
    'chunk-size'(bytes, at) {
      const end = bytes.indexOf(LINE_FEED, at);
      text += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
      if (end < 0) return bytes.length;
      left = Number.parseInt(text, 16);
      if (Number.isNaN(left)) throw new Error(`not the size of a chunk: ${text}`);
      text = '';
      place = left === 0 ? 'after-chunk' : 'chunk';
      if (left === 0) left = -CRLF_BYTES;
      return end + 1;
    },
    chunk(bytes, at) {
      const end = Math.min(bytes.length, at + left);
      left -= end - at;
      if (end > at) sink.onBody(bytes.subarray(at, end));
      if (left === 0) {
        place = 'after-chunk';
        left = CRLF_BYTES;
      }
      return end;
    },
    /** The line end after a chunk (`left` > 0), or after the last one (`left` < 0), which has no trailers here. */
    'after-chunk'(bytes, at) {
      const end = Math.min(bytes.length, at + Math.abs(left));
      if (left > 0) {
        left -= end - at;
        if (left === 0) place = 'chunk-size';
      } else {
        left += end - at;
        if (left === 0) finish();
      }
      return end;
    },
  };

  return (bytes) => {
    for (let at = 0; at < bytes.length;) at = steps[place](bytes, at);
  };
}
