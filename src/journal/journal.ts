// The journal in use: makes an entry of each exchange that is over, and has it written.
import { eachAfterThisTurn, turnOver } from '../std/clock.ts';
import type { Clock } from '../std/clock.ts';
import type { Observe } from '../exchange/events.ts';
import type { NewEntry } from './entry.ts';
import type { Keeping } from './keeping.ts';
import { entryWriter } from './entry-writer.ts';
import { newEntry } from './new-entry.ts';
import { recorder } from './recorder.ts';
import type { Finished } from './recorder.ts';
import type { JournalReader, JournalStore } from './store.ts';

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

/**
 * Starts with nothing waiting. The store may still be opening.
 * @param also hears of every entry that is made, whether the journal keeps it or not
 */
export function startJournal(
  opening: Promise<JournalStore>,
  clock: Clock,
  also: (entry: NewEntry) => void,
): Journal {
  const writer = entryWriter(opening, clock);
  let refused = 0;

  const keep = (finished: Finished): void => {
    try {
      const entry = newEntry(finished);
      also(entry);
      if (finished.keeping.enabled && !writer.add(entry)) refused += 1;
    } catch {
      // A mistake of ours; it must not cost more than this entry.
      refused += 1;
    }
  };
  const keepSoon = eachAfterThisTurn('last', keep);
  const upToDate = async (): Promise<JournalStore> => {
    // What has just ended becomes an entry first.
    await turnOver();
    return writer.upToDate();
  };
  return {
    // At once, so that little is held; but the client's last bytes go out first.
    observer: (keepingNow) => recorder(keepingNow, clock, keepSoon),
    store: {
      list: async (query) => (await upToDate()).list(query),
      get: async (id) => (await upToDate()).get(id),
      async *entries() {
        yield* (await upToDate()).entries();
      },
    },
    get dropped() {
      return refused + (writer.store?.dropped ?? 0);
    },
    close: async () => (await upToDate()).close(),
  };
}
