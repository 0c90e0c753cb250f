// What one attempt at one upstream came to: facts only. What they mean is decided in verdict/.
import type { AbortCause } from '../std/abort.ts';
import type { PlainReply, Shown } from '../dialect/openai-chat.ts';
import type { Frame } from '../sse/frame.ts';
import type { JsonObject } from '../std/json.ts';
import type { LiveStream } from './live-stream.ts';

/** Header names and values as they came, alternating: [name, value, name, value, …]. Hop-by-hop ones removed. */
export type RawHeaders = readonly string[];

/** Which clock ran out. See `target_proxy.timeout`. */
export type TimeoutPhase = 'connect' | 'first-byte' | 'first-content' | 'idle' | 'total';

/** A whole answer in hand. `body` is decoded if the upstream compressed it. */
export interface Responded {
  readonly kind: 'responded';
  readonly status: number;
  readonly headers: RawHeaders;
  readonly body: Buffer;
  /** What it says; absent where a look was not enough to know, or nobody has looked. */
  readonly plain?: PlainReply;
  /** A stream was asked for, so that it has still to be told as one. */
  readonly unasked?: true;
}

/** A stream that has begun to say something; `opening` holds its frames up to and including the first with meaning. */
export interface Opened {
  readonly kind: 'opened';
  readonly status: number;
  readonly headers: RawHeaders;
  readonly opening: readonly Frame[];
  readonly rest: LiveStream;
}

/**
 * A stream that is over, before or after anything was delivered.
 * `done`: it ended as streams end. `error-frame`: it said so itself. `cut`: the connection broke, or the stream
 * ended without its usual mark. `idle`: nothing came for longer than the idle timeout.
 */
export interface Ended {
  readonly kind: 'ended';
  readonly how: 'done' | 'error-frame' | 'cut' | 'idle';
  readonly status: number;
  readonly headers: RawHeaders;
  readonly shown: Shown;
  /** All text it has said, if it was one choice of text and nothing else: what a continuation would go on from. */
  readonly said: string | undefined;
  /** The finish_reason, when the stream gave one. */
  readonly finishReason: string | undefined;
  /** The tokens it says were used; the last it told, absent when it told none. */
  readonly usage?: JsonObject;
  /** With `error-frame`: the parsed data of the frame. */
  readonly error?: unknown;
  /** With `cut`: why the connection was lost; absent when the stream ended cleanly but unmarked. */
  readonly cause?: Error;
}

export type Outcome =
  | Responded
  | Opened
  | Ended
  /** No connection: nothing was sent. */
  | { readonly kind: 'unreachable'; readonly cause: Error }
  /** The request was sent, then the connection was lost before the answer was whole. */
  | { readonly kind: 'broken'; readonly cause: Error }
  | { readonly kind: 'timed-out'; readonly phase: TimeoutPhase; readonly afterMs: number }
  /** The reply grew past `target_proxy.max_reply_mb`; the rest was not read. */
  | { readonly kind: 'oversized'; readonly limitBytes: number }
  | { readonly kind: 'aborted'; readonly by: AbortCause };
