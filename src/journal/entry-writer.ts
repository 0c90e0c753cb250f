// Writes entries when nobody waits for it: many together, and no more than may wait for the disk.
import { turnOver } from '../std/clock.ts';
import type { Clock } from '../std/clock.ts';
import type { NewEntry } from './entry.ts';
import type { JournalStore } from './store.ts';
import { waitingLine } from './waiting-line.ts';

/**
 * An exchange that ends after a rest is written at once; what ends so soon after it is written together, when that time
 * is over, and is lost when the process is killed before.
 */
const REST_MS = 50;

/** Hands entries to a store. */
export interface EntryWriter {
  /** Keeps an entry until it is written. False: there is no room. */
  add(entry: NewEntry): boolean;
  /** Resolves with the store when all that was added before is in it. */
  upToDate(): Promise<JournalStore>;
  /** The store, once something was written or asked for. */
  readonly store: JournalStore | undefined;
}

/** Starts with nothing waiting. The store may still be opening. */
export function entryWriter(opening: Promise<JournalStore>, clock: Clock): EntryWriter {
  const waiting = waitingLine();
  let store: JournalStore | undefined;
  let isDue = false;
  let isWriting = false;
  let lastWrittenAtMs = -Infinity;
  /** All writing, one batch after the other. */
  let written: Promise<void> = Promise.resolve();

  const writeAll = async (): Promise<void> => {
    store ??= await opening;
    // What comes meanwhile waits until it is much again: many small batches cost more than a few large ones.
    for (let left = waiting.count; left > 0;) {
      const batch = waiting.takeBatch();
      left -= batch.entries.length;
      await store.write(batch.entries);
      batch.done();
      await turnOver();
    }
    isWriting = false;
    if (waiting.count > 0) soon();
  };
  const flush = (): Promise<void> => {
    isWriting = true;
    lastWrittenAtMs = clock.nowMs();
    written = written.then(writeAll);
    return written;
  };
  const soon = (): void => {
    // Whoever writes looks for more when it is done.
    if (isWriting) return;
    const restMs = lastWrittenAtMs + REST_MS - clock.nowMs();
    if (waiting.isMuch || restMs <= 0) void flush();
    else if (!isDue) {
      isDue = true;
      clock.after(restMs, () => {
        isDue = false;
        void flush();
      });
    }
  };
  return {
    add(entry) {
      const isTaken = waiting.add(entry);
      soon();
      return isTaken;
    },
    async upToDate() {
      await flush();
      return opening;
    },
    get store() {
      return store;
    },
  };
}
