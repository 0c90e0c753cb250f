// The clocks of one attempt, on a single timer that is set again only when it rings early: no timer per chunk.
import type { Clock, Timer } from '../std/clock.ts';
import type { TimeoutPhase } from './outcome.ts';
import type { PhaseLimits } from './upstream.ts';

/** After the finish_reason, the usage and the end mark follow at once or not at all. */
const END_MARK_MS = 5_000;
/** Below this, the time to upload a request does not count. */
const SMALL_REQUEST_BYTES = 1024 * 1024;
/** 64 KB a second, a slow telephone line. */
const SLOW_UPLOAD_BYTES_PER_MS = 64;

function uploadMsFor(requestBytes: number): number {
  return requestBytes <= SMALL_REQUEST_BYTES ? 0 : requestBytes / SLOW_UPLOAD_BYTES_PER_MS;
}

/** What is being waited for, and since when. */
interface Wait {
  phase: 'connect' | 'first-byte' | 'body';
  phaseStartedAtMs: number;
  expectsContent: boolean;
  isSuspended: boolean;
  isComplete: boolean;
  /** Added to the first byte's time: a large request takes its time to go out. */
  uploadMs: number;
}

/** Starts with the connect phase. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #limits: PhaseLimits;
  readonly #onExpire: (phase: TimeoutPhase, afterMs: number) => void;
  readonly #startedAtMs: number;
  readonly #wait: Wait;
  #timer: Timer | undefined;
  #armedForMs = Infinity;
  readonly #ring = (): void => {
    this.#armedForMs = Infinity;
    const nowMs = this.#clock.nowMs();
    const due = soonest(this.#wait, this.#limits, this.#startedAtMs);
    if (due.atMs > nowMs) this.#arm(nowMs);
    else this.#onExpire(due.phase, nowMs - this.#startedAtMs);
  };

  /** @param onExpire is called at most once */
  constructor(clock: Clock, limits: PhaseLimits, onExpire: (phase: TimeoutPhase, afterMs: number) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#onExpire = onExpire;
    this.#startedAtMs = clock.nowMs();
    this.#wait = {
      phase: 'connect',
      phaseStartedAtMs: this.#startedAtMs,
      expectsContent: false,
      isSuspended: false,
      isComplete: false,
      uploadMs: 0,
    };
    this.#arm(this.#startedAtMs);
  }

  /** The connection stands and the request, of so many bytes, goes out. */
  connected(requestBytes: number): void {
    this.#wait.phase = 'first-byte';
    this.#wait.uploadMs = uploadMsFor(requestBytes);
    this.#begin();
  }

  /** The head of the answer is here; `expectsContent` starts the wait for the first content. */
  answered(expectsContent: boolean): void {
    this.#wait.phase = 'body';
    this.#wait.expectsContent = expectsContent;
    this.#begin();
  }

  /** Bytes came. */
  heard(): void {
    this.#wait.phaseStartedAtMs = this.#clock.nowMs();
  }

  /** Something the user can see came. */
  shown(): void {
    this.#wait.expectsContent = false;
  }

  /** The reply has said that it is complete; only its end mark is still to come. */
  complete(): void {
    this.#wait.isComplete = true;
    this.#begin();
  }

  /** The client reads slowly, so nothing is asked of the upstream: silence is not its fault. */
  suspend(): void {
    this.#wait.isSuspended = true;
  }

  resume(): void {
    this.#wait.isSuspended = false;
    this.#begin();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #begin(): void {
    const nowMs = this.#clock.nowMs();
    this.#wait.phaseStartedAtMs = nowMs;
    this.#arm(nowMs);
  }

  #arm(nowMs: number): void {
    const { atMs } = soonest(this.#wait, this.#limits, this.#startedAtMs);
    // A timer that rings too early only sets itself again; one that would ring too late must be replaced.
    if (atMs >= this.#armedForMs) return;
    this.#timer?.cancel();
    this.#armedForMs = atMs;
    this.#timer = this.#clock.after(Math.max(0, atMs - nowMs), this.#ring);
  }
}

interface Deadline {
  readonly phase: TimeoutPhase;
  readonly atMs: number;
}

/** Of the clocks that run, the one that rings first. */
function soonest(wait: Wait, limits: PhaseLimits, startedAtMs: number): Deadline {
  const total: Deadline = { phase: 'total', atMs: startedAtMs + limits.totalMs };
  const current = ofPhase(wait, limits);
  const first = current.atMs <= total.atMs ? current : total;
  const content: Deadline = { phase: 'first-content', atMs: startedAtMs + limits.firstContentMs };
  return wait.expectsContent && content.atMs < first.atMs ? content : first;
}

function ofPhase(wait: Wait, limits: PhaseLimits): Deadline {
  const { phase, phaseStartedAtMs, isSuspended, isComplete, uploadMs } = wait;
  if (phase === 'connect') return { phase, atMs: phaseStartedAtMs + limits.connectMs };
  if (phase === 'first-byte') return { phase, atMs: phaseStartedAtMs + limits.firstByteMs + uploadMs };
  const idleMs = isComplete ? Math.min(limits.idleMs, END_MARK_MS) : limits.idleMs;
  return { phase: 'idle', atMs: isSuspended ? Infinity : phaseStartedAtMs + idleMs };
}
