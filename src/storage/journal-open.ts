// Opens the journal: which store it is, and both together where entries of an earlier Node lie in the other kind.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { NewEntry } from '../journal/entry.ts';
import { startJournal } from '../journal/journal.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalStore, Retention } from '../journal/store.ts';
import { hasSegments, openFileStore } from './journal-files.ts';
import { openSqliteStore, SQLITE_FILE } from './journal-sqlite.ts';
import { troubleWith } from './journal-trouble.ts';
import { loadSqlite } from './sqlite-driver.ts';
import type { LoadModule } from './sqlite-driver.ts';

/** What a journal is opened with. */
export interface JournalParts {
  readonly folder: string;
  /** Asked whenever something may have to go, so that a changed configuration counts. */
  readonly retention: () => Retention;
  readonly clock: Clock;
  readonly log: Log;
  /** How Node's SQLite is loaded. */
  readonly load?: LoadModule;
}

/**
 * Opens the journal; the store is opened meanwhile. Never fails: trouble with the disk is told when it comes.
 * @param parts `also` hears of every entry that is made
 */
export function openJournal(parts: JournalParts & { readonly also: (entry: NewEntry) => void }): Journal {
  return startJournal(openJournalStore(parts), parts.clock, parts.also);
}

/**
 * The store in a folder, for reading what is remembered without recording: in SQLite where this Node has it, else in
 * plain files.
 */
export async function openJournalStore({
  folder,
  retention,
  clock,
  log,
  load = (name) => import(name) as Promise<unknown>,
}: JournalParts): Promise<JournalStore> {
  const trouble = troubleWith(folder, log);
  const files = openFileStore(folder, retention, clock, trouble);
  const sqlite = await loadSqlite(load);
  if (sqlite === undefined) {
    if (existsSync(join(folder, SQLITE_FILE)))
      log.warn(
        `The journal in ${folder} has exchanges in ${SQLITE_FILE}, which only Node 22 and later can read. They are kept; new ones are written beside them.`,
      );
    return files;
  }
  const store = openSqliteStore(folder, sqlite, retention, clock, trouble);
  return (await hasSegments(folder)) ? together(store, files) : store;
}

/** Writes to the one and reads both: the other has what was remembered by an earlier Node. */
function together(store: JournalStore, earlier: JournalStore): JournalStore {
  return {
    async list(query) {
      const [newer, older] = await Promise.all([store.list(query), earlier.list(query)]);
      return [...newer, ...older].sort((a, b) => b.startedAt - a.startedAt).slice(0, query.limit);
    },
    get: async (id) => (await store.get(id)) ?? earlier.get(id),
    async *entries() {
      yield* earlier.entries();
      yield* store.entries();
    },
    async write(entries) {
      // Nothing to add to what is there, but it has to grow old.
      await earlier.write([]);
      await store.write(entries);
    },
    get dropped() {
      return store.dropped;
    },
    close: () => store.close(),
  };
}
