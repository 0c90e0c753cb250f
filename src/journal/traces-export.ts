// Spans on their way out: collected, sent together, and kept for a while when nobody takes them. Never more than a fixed
// number waits.
import type { Clock, Timer } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { Span } from './traces-otlp.ts';

/** As OpenTelemetry's own batching does by default (OTEL_BSP_SCHEDULE_DELAY, …_MAX_EXPORT_BATCH_SIZE, …_MAX_QUEUE_SIZE). */
const COLLECT_MS = 5_000;
const MAX_BATCH = 512;
const MAX_WAITING = 2_048;
/** The longest between two tries while nobody takes them. */
const MAX_PAUSE_MS = 60_000;
/** Answers after which the same spans may be sent again (https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes). */
const COME_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends spans; resolves to the status of the answer, rejects when there is none. */
export type SendSpans = (spans: readonly Span[], isLastWord: boolean) => Promise<number>;

/** One destination of spans. */
export class SpanExport {
  readonly #send: SendSpans;
  readonly #address: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #waiting: Span[] = [];
  #dropped = 0;
  #timer: Timer | undefined;
  #pauseMs = COLLECT_MS;
  #isTold = false;
  #isClosed = false;
  /** All sending, one after the other. */
  #sent: Promise<void> = Promise.resolve();

  /** @param address where they go, as it may be shown */
  constructor(send: SendSpans, address: string, clock: Clock, log: Log) {
    this.#send = send;
    this.#address = address;
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes spans; returns at once. What does not fit is dropped. */
  add(spans: readonly Span[]): void {
    const room = MAX_WAITING - this.#waiting.length;
    this.#waiting.push(...spans.slice(0, room));
    this.#dropped += Math.max(0, spans.length - room);
    this.#schedule();
  }

  /** Spans that were not taken since the start. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Sends what waits, if it is taken at once. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#sent;
    await this.#sendAll();
    this.#dropped += this.#waiting.length;
  }

  #schedule(): void {
    this.#timer ??= this.#clock.after(this.#pauseMs, () => {
      this.#sent = this.#sent.then(() => this.#sendAll());
    });
  }

  async #sendAll(): Promise<void> {
    this.#timer = undefined;
    let isTaken = true;
    while (isTaken && this.#waiting.length > 0) isTaken = await this.#sendBatch();
    if (!isTaken && !this.#isClosed) this.#schedule();
  }

  /** Whether they are off our hands, so that the next ones may follow at once. */
  async #sendBatch(): Promise<boolean> {
    const batch = this.#waiting.slice(0, MAX_BATCH);
    const status = await this.#send(batch, this.#isClosed).catch((error: unknown) => {
      this.#tell(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    if (status !== undefined && status >= 300) this.#tell(`it answers with ${status}`);
    if (status === undefined || COME_AGAIN.has(status)) {
      this.#pauseMs = Math.min(this.#pauseMs * 2, MAX_PAUSE_MS);
      return false;
    }
    this.#waiting = this.#waiting.slice(batch.length);
    this.#pauseMs = COLLECT_MS;
    if (status >= 300) this.#dropped += batch.length;
    else this.#isTold = false;
    return true;
  }

  #tell(why: string): void {
    if (!this.#isTold)
      this.#log.warn(`Traces can not be sent to ${this.#address}: ${why}. Requests are served as ever.`);
    this.#isTold = true;
  }
}
