// The clocks of one attempt, on a single timer that is set again only when it rings early: no timer per chunk.
import type { Clock, Timer } from '../std/clock.ts';
import type { TimeoutPhase } from './outcome.ts';
import type { PhaseLimits } from './upstream.ts';

export interface Watchdog {
  /** The connection stands and the request, of so many bytes, goes out. */
  connected(requestBytes: number): void;
  /** The head of the answer is here; `expectsContent` starts the wait for the first content. */
  answered(expectsContent: boolean): void;
  /** Bytes came. */
  heard(): void;
  /** Something the user can see came. */
  shown(): void;
  /** The reply has said that it is complete; only its end mark is still to come. */
  complete(): void;
  /** The client reads slowly, so nothing is asked of the upstream: silence is not its fault. */
  suspend(): void;
  resume(): void;
  stop(): void;
}

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

/** Starts with the connect phase. `onExpire` is called at most once. */
export function startWatchdog(
  clock: Clock,
  limits: PhaseLimits,
  onExpire: (phase: TimeoutPhase, afterMs: number) => void,
): Watchdog {
  const startedAtMs = clock.nowMs();
  const wait: Wait = {
    phase: 'connect',
    phaseStartedAtMs: startedAtMs,
    expectsContent: false,
    isSuspended: false,
    isComplete: false,
    uploadMs: 0,
  };
  let timer: Timer | undefined;
  let armedForMs = Infinity;

  function arm(): void {
    const { atMs } = soonest(wait, limits, startedAtMs);
    // A timer that rings too early only sets itself again; one that would ring too late must be replaced.
    if (atMs >= armedForMs) return;
    timer?.cancel();
    armedForMs = atMs;
    timer = clock.after(Math.max(0, atMs - clock.nowMs()), ring);
  }

  function ring(): void {
    armedForMs = Infinity;
    const due = soonest(wait, limits, startedAtMs);
    if (due.atMs > clock.nowMs()) arm();
    else onExpire(due.phase, clock.nowMs() - startedAtMs);
  }

  function change(to: Partial<Wait>): void {
    Object.assign(wait, to);
    wait.phaseStartedAtMs = clock.nowMs();
    arm();
  }

  arm();
  return {
    connected: (requestBytes) => change({ phase: 'first-byte', uploadMs: uploadMsFor(requestBytes) }),
    answered: (expectsContent) => change({ phase: 'body', expectsContent }),
    heard() {
      wait.phaseStartedAtMs = clock.nowMs();
    },
    shown() {
      wait.expectsContent = false;
    },
    complete: () => change({ isComplete: true }),
    suspend() {
      wait.isSuspended = true;
    },
    resume: () => change({ isSuspended: false }),
    stop: () => timer?.cancel(),
  };
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
