// One try at one server: from the dispatch of the request to its outcome, with every clock and the abort in between.
import type { Dispatcher } from 'undici';
import { abortCause } from '../std/abort.ts';
import type { StopSignal } from '../std/abort.ts';
import type { Clock, Timer } from '../std/clock.ts';
import type { Frame } from '../sse/frame.ts';
import { collector, wholeAnswer } from './body-reader.ts';
import type { BodyReader } from './body-reader.ts';
import { decoderFor, isDecodable } from './decode.ts';
import type { Decoder } from './decode.ts';
import { headerValue, replyHeaders } from './headers.ts';
import type { LiveStream } from './live-stream.ts';
import type { Outcome, RawHeaders, TimeoutPhase } from './outcome.ts';
import { StreamReader, isStreamAnswer } from './stream-reader.ts';
import type { ConnectionState, StreamHost } from './stream-reader.ts';
import type { AttemptRequest, AttemptTrace, PhaseLimits } from './upstream.ts';
import { Watchdog } from './watchdog.ts';

/** How long an upstream may take to close its response after `[DONE]` before we close the connection. */
const LINGER_MS = 1_000;
/** An error page longer than this says nothing more. */
const MAX_ERROR_BYTES = 1024 * 1024;
const GIVEN_UP = new Error('the attempt is over');

/** What all attempts at one upstream share. */
export interface AttemptContext {
  readonly clock: Clock;
  readonly limits: PhaseLimits;
  readonly maxReplyBytes: number;
  readonly endMarks: { seen: boolean };
}

/** A handler to dispatch one request with; `report` gets its outcome, once (and once more after an `opened`). */
export class Attempt implements Dispatcher.DispatchHandler, StreamHost {
  readonly #context: AttemptContext;
  readonly #request: AttemptRequest;
  readonly #signal: StopSignal;
  readonly #trace: AttemptTrace;
  readonly #watchdog: Watchdog;
  readonly #onAbort = (): void =>
    this.settle({ kind: 'aborted', by: abortCause(this.#signal) }, 'broken-off');
  /** Of the answer, once its head is here. */
  status = 0;
  headers: RawHeaders = [];
  #report: (outcome: Outcome) => void;
  /** An outcome that came before anyone asked for what follows `opened`. */
  #early: Outcome | undefined;
  #isOver = false;
  #controller: Dispatcher.DispatchController | undefined;
  #reader: BodyReader | undefined;
  /** A Content-Encoding that is undone on the way. */
  #encoding: string | undefined;
  #decoder: Decoder | undefined;
  /** Why the connection broke; there may still be something to decode. */
  #lost: Error | undefined;
  #linger: Timer | undefined;

  constructor(
    context: AttemptContext,
    request: AttemptRequest,
    signal: StopSignal,
    trace: AttemptTrace,
    report: (outcome: Outcome) => void,
  ) {
    this.#context = context;
    this.#request = request;
    this.#signal = signal;
    this.#trace = trace;
    this.#report = report;
    this.#watchdog = new Watchdog(context.clock, context.limits, (phase, afterMs) =>
      this.#expire(phase, afterMs),
    );
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#trace.connectedAtMs = this.#context.clock.nowMs();
    if (this.#isOver) controller.abort(GIVEN_UP);
    else this.#watchdog.connected(this.#request.body?.length ?? 0);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 || this.#isOver) return; // 1xx: the answer is still to come (RFC 9110 §15.2)
    this.#trace.answeredAtMs = this.#context.clock.nowMs();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici's HTTP/1 client always gives buffers here
    const all = (controller.rawHeaders as readonly Buffer[]).map((text) => text.toString('latin1'));
    const encoding = headerValue(all, 'content-encoding');
    if (isDecodable(encoding)) this.#encoding = encoding;
    const headers = replyHeaders(all, this.#encoding !== undefined);
    this.status = status;
    this.headers = headers;
    const { reading } = this.#request;
    const mayStream = reading === 'stream' && isStreamAnswer(status, headers);
    this.#watchdog.answered(mayStream);
    this.#reader =
      mayStream || reading === 'raw'
        ? new StreamReader(this, mayStream ? 'stream' : 'raw')
        : this.#collector(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#trace.bytes += chunk.length;
    this.#watchdog.heard();
    if (this.#encoding === undefined) this.#reader?.data(chunk);
    else this.#decode(chunk);
  }

  onResponseEnd(): void {
    this.#linger?.cancel();
    if (this.#isOver) return;
    const end = (): void => {
      if (!this.#isOver) this.#reader?.end();
    };
    if (this.#decoder === undefined) end();
    else this.#decoder.end(end);
  }

  /** The decoder starts with the body: an answer without one (HEAD, 204) may name an encoding all the same. */
  #decode(chunk: Buffer): void {
    this.#decoder ??= decoderFor(
      this.#encoding,
      chunk,
      (decoded) => {
        if (!this.#isOver) this.#reader?.data(decoded);
      },
      (error) => this.#reader?.lost(this.#lost ?? error),
    );
    this.#decoder.write(chunk);
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#linger?.cancel();
    if (this.#isOver) return;
    if (this.#controller === undefined) this.settle({ kind: 'unreachable', cause }, 'broken-off');
    else if (this.#reader === undefined) this.settle({ kind: 'broken', cause }, 'broken-off');
    else this.#lose(this.#reader, cause);
  }

  /** What had come when the connection was lost is decoded first. */
  #lose(reader: BodyReader, cause: Error): void {
    this.#lost = cause;
    if (this.#decoder === undefined) reader.lost(cause);
    else this.#decoder.end(() => reader.lost(cause));
  }

  #collector(status: number, headers: RawHeaders): BodyReader {
    // An error status says what is wrong even where its page is cut short.
    const isError = status >= 400;
    const limitBytes = isError ? MAX_ERROR_BYTES : this.#context.maxReplyBytes;
    const responded = (body: Buffer): Outcome => ({ kind: 'responded', status, headers, body });
    return collector(limitBytes, {
      whole: (body) => this.settle(wholeAnswer(status, headers, body, this.#context.endMarks), 'ended'),
      lost: (cause, beginning) =>
        this.settle(isError ? responded(beginning) : { kind: 'broken', cause }, 'broken-off'),
      oversized: (beginning) =>
        this.settle(isError ? responded(beginning) : { kind: 'oversized', limitBytes }, 'broken-off'),
      stalled: (beginning) => (isError ? responded(beginning) : undefined),
    });
  }

  get endMarks(): { seen: boolean } {
    return this.#request.reading === 'raw' ? { seen: false } : this.#context.endMarks;
  }

  get maxBytes(): number {
    return this.#context.maxReplyBytes;
  }

  shown(): void {
    this.#trace.shownAtMs = this.#context.clock.nowMs();
    this.#watchdog.shown();
  }

  complete(): void {
    this.#watchdog.complete();
  }

  pause(): void {
    this.#watchdog.suspend();
    this.#controller?.pause();
    this.#decoder?.pause();
  }

  resume(): void {
    if (this.#isOver) return;
    this.#watchdog.resume();
    this.#controller?.resume();
    this.#decoder?.resume();
  }

  open(opening: readonly Frame[], rest: LiveStream): void {
    const report = this.#report;
    this.#report = (outcome) => {
      this.#early = outcome;
    };
    report({ kind: 'opened', status: this.status, headers: this.headers, opening, rest });
  }

  next(): Promise<Outcome> {
    return new Promise((resolve) => {
      if (this.#early === undefined) this.#report = resolve;
      else resolve(this.#early);
    });
  }

  #expire(phase: TimeoutPhase, afterMs: number): void {
    const stalled = phase === 'idle' ? this.#reader?.stalled() : undefined;
    this.settle(stalled ?? { kind: 'timed-out', phase, afterMs }, 'broken-off');
  }

  settle(outcome: Outcome, connection: ConnectionState): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#watchdog.stop();
    this.#signal.removeEventListener('abort', this.#onAbort);
    if (connection === 'broken-off') this.#controller?.abort(GIVEN_UP);
    // A stream that has sent its end mark usually ends at once; then the connection can be used again.
    if (connection === 'ending') {
      // Nobody waits for what is left, which is the end: it has to come, whatever made the flow stop.
      this.#controller?.resume();
      this.#linger = this.#context.clock.after(LINGER_MS, () => this.#controller?.abort(GIVEN_UP));
    }
    const isUnasked = outcome.kind === 'responded' && this.#request.reading === 'stream';
    this.#report(isUnasked ? { ...outcome, unasked: true } : outcome);
  }
}
