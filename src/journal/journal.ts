// The journal in use: takes exchanges that are over, and makes and writes their entries when nobody waits for it.
import { afterThisTurn } from '../std/clock.ts';
import type { Clock } from '../std/clock.ts';
import type { Observe } from '../exchange/events.ts';
import type { NewEntry } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { newEntry, weightOf } from './new-entry.ts';
import { recorder } from './recorder.ts';
import type { Finished } from './recorder.ts';
import type { JournalReader, JournalStore } from './store.ts';

/**
 * Entries are made this long after an exchange, so that a client that sends again at once does not wait for it. What
 * ended later than that is lost when the process is killed.
 */
const REST_MS = 25;
/** The longest that requests wait for entries to be made, roughly; and the most that are made in one go. */
const SLICE_MS = 4;
const SLICE_ENTRIES = 64;
/** The fewest that are written together while more wait: opening a file costs as much as making a few entries. */
const BATCH_ENTRIES = 64;
/** What may wait to be written; what comes on top is dropped. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

export interface Journal {
  /** Keeps the exchanges whose events it is told, as one configuration wants it. */
  observer(keepingNow: () => Keeping): Observe;
  /** What is remembered, up to the exchange that has just ended. */
  readonly store: JournalReader;
  /** Entries that could not be kept since the start. */
  readonly dropped: number;
  /** Writes what waits and closes. */
  close(): Promise<void>;
}

/** Exchanges whose entries are not made yet: bounded, so that a slow disk costs entries and not memory. */
interface WaitingLine {
  /** False: there is no room. */
  add(finished: Finished): boolean;
  readonly isEmpty: boolean;
  /** Makes entries for as long as requests may wait for it; returns those that the journal keeps. */
  takeSlice(): readonly NewEntry[];
  /** Exchanges that became no entries. */
  readonly refused: number;
}

function waitingLine(clock: Clock, also: (entry: NewEntry) => void): WaitingLine {
  const waiting: Finished[] = [];
  let bytes = 0;
  let refused = 0;
  return {
    add(finished) {
      const weight = weightOf(finished);
      if (waiting.length >= MAX_WAITING || bytes + weight > MAX_WAITING_BYTES) {
        refused += 1;
        return false;
      }
      bytes += weight;
      waiting.push(finished);
      return true;
    },
    get isEmpty() {
      return waiting.length === 0;
    },
    takeSlice() {
      const untilMs = clock.nowMs() + SLICE_MS;
      const slice: NewEntry[] = [];
      do {
        const finished = waiting.shift();
        if (finished === undefined) break;
        bytes -= weightOf(finished);
        try {
          const entry = newEntry(finished);
          if (finished.keeping.enabled) slice.push(entry);
          also(entry);
        } catch {
          // A mistake of ours; it must not cost more than this entry.
          refused += 1;
        }
      } while (slice.length < SLICE_ENTRIES && clock.nowMs() < untilMs);
      return slice;
    },
    get refused() {
      return refused;
    },
  };
}

/**
 * Starts with nothing waiting. The store may still be opening.
 * @param also hears of every entry that is made, whether the journal keeps it or not
 */
export function startJournal(
  opening: Promise<JournalStore>,
  clock: Clock,
  also: (entry: NewEntry) => void,
): Journal {
  const waiting = waitingLine(clock, also);
  let store: JournalStore | undefined;
  let isDue = false;
  /** All writing, one slice after the other. */
  let written: Promise<void> = Promise.resolve();

  const writeAll = async (): Promise<void> => {
    isDue = false;
    store ??= await opening;
    while (!waiting.isEmpty) {
      const batch: NewEntry[] = [];
      do {
        batch.push(...waiting.takeSlice());
        await new Promise<void>((resolve) => afterThisTurn(resolve));
      } while (!waiting.isEmpty && batch.length < BATCH_ENTRIES);
      await store.write(batch);
    }
  };
  const flush = (): Promise<void> => {
    written = written.then(writeAll);
    return written;
  };
  const take = (finished: Finished): void => {
    if (!waiting.add(finished) || isDue) return;
    isDue = true;
    clock.after(REST_MS, () => void flush());
  };
  const upToDate = async (): Promise<JournalStore> => {
    await flush();
    return opening;
  };
  return {
    observer: (keepingNow) => recorder(keepingNow, clock, take),
    store: {
      list: async (query) => (await upToDate()).list(query),
      get: async (id) => (await upToDate()).get(id),
      async *entries() {
        yield* (await upToDate()).entries();
      },
    },
    get dropped() {
      return waiting.refused + (store?.dropped ?? 0);
    },
    close: async () => (await upToDate()).close(),
  };
}
