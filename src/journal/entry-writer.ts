// Writes entries when nobody waits for it: many together, and no more than may wait for the disk.
import { turnOver } from '../std/clock.ts';
import type { Clock } from '../std/clock.ts';
import type { NewEntry } from './entry.ts';
import type { JournalStore } from './store.ts';

/**
 * An exchange that ends after a rest is written at once; what ends so soon after it is written together, when that time
 * is over, and is lost when the process is killed before.
 */
const REST_MS = 50;
/** The most that is written together: a store may hold everybody up as long as it writes. */
const BATCH_ENTRIES = 64;
const BATCH_BYTES = 4 * 1024 * 1024;
/** What may wait to be written; what comes on top is dropped. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Entries that are not written yet: bounded, so that a slow disk costs entries and not memory. */
interface WaitingLine {
  /** False: there is no room. */
  add(entry: NewEntry): boolean;
  readonly count: number;
  /** Whether there is as much as is written at once. */
  readonly isMuch: boolean;
  takeBatch(): readonly NewEntry[];
}

function waitingLine(): WaitingLine {
  let waiting: NewEntry[] = [];
  let bytes = 0;
  return {
    add(entry) {
      const size = sizeOf(entry);
      if (waiting.length >= MAX_WAITING || (bytes > 0 && bytes + size > MAX_WAITING_BYTES)) return false;
      bytes += size;
      waiting.push(entry);
      return true;
    },
    get count() {
      return waiting.length;
    },
    get isMuch() {
      return bytes >= BATCH_BYTES || waiting.length >= BATCH_ENTRIES;
    },
    takeBatch() {
      let count = 0;
      let taken = 0;
      for (const entry of waiting) {
        if (count === BATCH_ENTRIES || taken >= BATCH_BYTES) break;
        count += 1;
        taken += sizeOf(entry);
      }
      bytes -= taken;
      const batch = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return batch;
    },
  };
}

/** Roughly, in bytes. */
function sizeOf({ summaryJson, detailsJson, bodies }: NewEntry): number {
  let size = summaryJson.length + detailsJson.length;
  for (const body of bodies) size += body?.length ?? 0;
  return size;
}

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
      left -= batch.length;
      await store.write(batch);
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
