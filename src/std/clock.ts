// Time and chance, handed in as a parameter. This file is the only place that reads the
// system clock, starts timers or draws random numbers; everything else receives a Clock.

import type { StopSignal } from './abort.ts';

/** A timer that has been started and can be taken back. Cancelling twice, or late, does nothing. */
export interface Timer {
  cancel(): void;
}

/** How a sleep ended: the time passed, or the signal was aborted first. */
export type SleepEnd = 'elapsed' | 'aborted';

export interface Clock {
  /** Wall time in milliseconds since the epoch: for dates shown to people and HTTP dates. */
  wallMs(): number;
  /** Milliseconds on a clock that never jumps: for durations and deadlines. */
  nowMs(): number;
  /** Calls back once, `delayMs` from now. A pending timer does not keep the process alive. */
  after(delayMs: number, callback: () => void): Timer;
  /** Waits `delayMs`, or until the signal aborts; never rejects. */
  sleep(delayMs: number, signal: StopSignal): Promise<SleepEnd>;
  /** A number in [0, 1). */
  random(): number;
}

/** The longest delay a Node timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(delayMs, LONGEST_TIMER_MS)).unref();
    return { cancel: () => clearTimeout(handle) };
  },
  sleep(delayMs, signal) {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve('aborted');
        return;
      }
      const onAbort = (): void => {
        timer.cancel();
        resolve('aborted');
      };
      const timer = systemClock.after(delayMs, () => {
        signal.removeEventListener('abort', onAbort);
        resolve('elapsed');
      });
      signal.addEventListener('abort', onAbort, { once: true });
    });
  },
  random: () => Math.random(),
};

/** Calls back once the input and output that is ready now has been handled: to do for many things at once what each needs. */
export function afterThisTurn(callback: () => void): void {
  setImmediate(callback);
}

interface PutOff {
  readonly first: (() => void)[];
  readonly last: (() => void)[];
}

/** What is to be done after this turn; undefined: nothing. */
let due: PutOff | undefined;

function putOff(): PutOff {
  const { first, last }: PutOff = { first: [], last: [] };
  afterThisTurn(() => {
    due = undefined;
    for (const each of first) each();
    for (const each of last) each();
  });
  return { first, last };
}

/**
 * Like `afterThisTurn`, for what comes one by one: what comes in the same turn is done together.
 * @param order `first`: somebody waits for it. What is to be done `last` comes behind all of that, whichever was put off
 *   earlier
 * @param todo must not throw
 */
export function eachAfterThisTurn<Item>(
  order: 'first' | 'last',
  todo: (item: Item) => void,
): (item: Item) => void {
  let waiting: Item[] = [];
  const doAll = (): void => {
    const all = waiting;
    waiting = [];
    for (const item of all) todo(item);
  };
  return (item) => {
    if (waiting.push(item) > 1) return;
    due ??= putOff();
    due[order].push(doAll);
  };
}

/** Waits until then. */
export function turnOver(): Promise<void> {
  return new Promise(afterThisTurn);
}
