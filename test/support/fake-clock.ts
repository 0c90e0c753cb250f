// A clock whose time moves only when a test says so. What must wait for sockets lets turns of the event loop
// pass; nothing here waits for real time.
import type { Clock, SleepEnd, Timer } from '../../src/std/clock.ts';

interface Pending {
  readonly delayMs: number;
  readonly dueMs: number;
  readonly fire: () => void;
}

interface Watcher {
  readonly delayMs: number;
  readonly resolve: () => void;
}

/** More turns of the event loop than any exchange on loopback needs between two of its timers. */
const SETTLE_TURNS = 60;
/** How often `advanceUntil` settles without any timer pending before it says that nothing will ever happen. */
const QUIET_ROUNDS = 5_000;
const AN_HOUR_MS = 3_600_000;

/** Lets sockets and streams do what they can do by now. */
export async function settle(turns = SETTLE_TURNS): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements Clock {
  /** Every sleep asked for, in milliseconds, in order. */
  readonly slept: number[] = [];
  /** When set, sleeps wait for `advance` as timers do; otherwise a sleep ends by itself and moves the time on. */
  holdSleeps = false;
  /** What `random()` draws: 0.5 is the middle of a symmetric jitter. */
  chance = 0.5;
  #nowMs = 5_000;
  readonly #epochMs = Date.UTC(2026, 0, 1);
  readonly #pending = new Set<Pending>();
  readonly #watchers = new Set<Watcher>();

  wallMs(): number {
    return this.#epochMs + this.#nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.chance;
  }

  after(delayMs: number, callback: () => void): Timer {
    const pending: Pending = { delayMs, dueMs: this.#nowMs + delayMs, fire: callback };
    this.#pending.add(pending);
    this.#notice(delayMs);
    return { cancel: () => this.#pending.delete(pending) };
  }

  sleep(delayMs: number, signal: AbortSignal): Promise<SleepEnd> {
    this.slept.push(delayMs);
    if (signal.aborted) return Promise.resolve('aborted');
    return new Promise((resolve) => {
      const timer = this.after(delayMs, () => finish('elapsed'));
      const finish = (end: SleepEnd): void => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(end);
      };
      const onAbort = (): void => finish('aborted');
      signal.addEventListener('abort', onAbort, { once: true });
      if (this.holdSleeps) return;
      setImmediate(() => {
        if (signal.aborted) return;
        this.#nowMs += delayMs;
        finish('elapsed');
      });
    });
  }

  /** The delays of everything that is waiting now, as they were asked for. */
  waiting(): readonly number[] {
    return [...this.#pending].map((pending) => pending.delayMs);
  }

  /** Resolves once a timer or sleep of exactly this delay is pending. */
  whenWaiting(delayMs: number): Promise<void> {
    if (this.waiting().includes(delayMs)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#watchers.add({ delayMs, resolve });
    });
  }

  /** Moves the time on, firing what comes due in order, with the sockets given their turns before and after each. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (let next = this.#next(untilMs); next !== undefined; next = this.#next(untilMs)) {
      this.#fire(next);
      await settle();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  /**
   * Moves the time from timer to timer until the promise settles, and gives its value. A timer may be re-armed
   * as often as it likes. Fails when nothing is waiting any more, or when more than `limitMs` have passed.
   */
  async advanceUntil<T>(promise: Promise<T>, limitMs = AN_HOUR_MS): Promise<T> {
    const untilMs = this.#nowMs + limitMs;
    const state = { settled: false };
    const note = (): void => {
      state.settled = true;
    };
    promise.then(note, note);
    let quietRounds = 0;
    for (await settle(); !state.settled; await settle()) {
      const next = this.#next(untilMs);
      if (next === undefined) {
        quietRounds += 1;
        if (quietRounds > QUIET_ROUNDS)
          throw new Error(`Nothing more happens within ${limitMs} ms of the fake clock.`);
      } else {
        quietRounds = 0;
        this.#fire(next);
      }
    }
    return promise;
  }

  #next(untilMs: number): Pending | undefined {
    let earliest: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.dueMs <= untilMs && (earliest === undefined || pending.dueMs < earliest.dueMs))
        earliest = pending;
    }
    return earliest;
  }

  #fire(pending: Pending): void {
    this.#pending.delete(pending);
    this.#nowMs = Math.max(this.#nowMs, pending.dueMs);
    pending.fire();
  }

  #notice(delayMs: number): void {
    for (const watcher of this.#watchers) {
      if (watcher.delayMs !== delayMs) continue;
      this.#watchers.delete(watcher);
      watcher.resolve();
    }
  }
}
