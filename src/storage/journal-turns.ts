// Long work in small pieces, so that requests are served in between.
import { afterThisTurn } from '../std/clock.ts';
import type { Clock } from '../std/clock.ts';

/** The longest that requests wait for a search, roughly. */
const SLICE_MS = 4;

/** A function to be called between pieces of work: it waits when the work has taken long enough for now. */
export function takingTurns(clock: Clock): () => Promise<void> | undefined {
  let untilMs = clock.nowMs() + SLICE_MS;
  return () => {
    if (clock.nowMs() < untilMs) return undefined;
    return new Promise((resolve) => {
      afterThisTurn(() => {
        untilMs = clock.nowMs() + SLICE_MS;
        resolve();
      });
    });
  };
}
