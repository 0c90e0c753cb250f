// What is known about the server that requests are forwarded to.
import type { StopSignal } from '../std/abort.ts';
import type { Outcome, RawHeaders } from './outcome.ts';

/** How long each phase of one attempt may take, in milliseconds. See `target_proxy.timeout`. */
export interface PhaseLimits {
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly firstContentMs: number;
  readonly idleMs: number;
  readonly totalMs: number;
}

/** One request as it goes to the upstream. */
export interface AttemptRequest {
  readonly method: string;
  /** Path and query on the upstream's origin. */
  readonly path: string;
  readonly headers: RawHeaders;
  readonly body: Buffer | undefined;
  /**
   * How the answer is read. `whole`: collected. `stream`: an event stream is held back until it says something, then
   * opened; any other answer is collected. `raw`: opened at its head, whatever it is, and not looked into.
   */
  readonly reading: 'whole' | 'stream' | 'raw';
}

/** When the phases of one attempt were reached, on the clock that never jumps; undefined: not reached. */
export interface AttemptTrace {
  /** The connection stood. */
  connectedAtMs: number | undefined;
  /** The head of the answer was there. */
  answeredAtMs: number | undefined;
  /** The first content of a stream was there. */
  shownAtMs: number | undefined;
  /** Bytes of body that came, as they came. */
  bytes: number;
}

/** The trace of an attempt that has not begun. */
export function newTrace(): AttemptTrace {
  return { connectedAtMs: undefined, answeredAtMs: undefined, shownAtMs: undefined, bytes: 0 };
}

/** One try at one server, which fills in its trace. Never throws; an abort is an outcome. */
export type Send = (request: AttemptRequest, signal: StopSignal, trace: AttemptTrace) => Promise<Outcome>;
