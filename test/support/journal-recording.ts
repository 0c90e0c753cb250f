// A journal with its store in memory, told of exchanges by scripts.
import type { JournalEntry } from '../../src/journal/entry.ts';
import { startJournal } from '../../src/journal/journal.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { Keeping } from '../../src/journal/keeping.ts';
import { byEvents } from './by-events.ts';
import { FakeClock } from './fake-clock.ts';
import { exchangeEvents, storeInMemory } from './journal-events.ts';
import type { ExchangeScript, MemoryStore } from './journal-events.ts';

export const EVERYTHING: Keeping = {
  enabled: true,
  isLogged: false,
  bodies: 'all',
  requests: true,
  replies: true,
  headers: true,
};

export interface Recording {
  readonly journal: Journal;
  readonly store: MemoryStore;
  readonly clock: FakeClock;
  record: (script: ExchangeScript, keeping?: Keeping) => Promise<JournalEntry | undefined>;
}

/** Records exchanges and gives back their entries. */
export function recording(): Recording {
  const clock = new FakeClock();
  const store = storeInMemory();
  const journal = startJournal(Promise.resolve(store), clock, () => undefined);
  return {
    journal,
    store,
    clock,
    record(script, keeping = EVERYTHING) {
      exchangeEvents(script).forEach(byEvents(journal.observer(() => keeping)));
      return journal.store.get(script.id ?? 'exchange');
    },
  };
}
