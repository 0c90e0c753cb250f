// Both kinds of store on a disk, where this Node has both.
import { join } from 'node:path';
import type { ExchangeSummary, NewEntry } from '../../src/journal/entry.ts';
import type { JournalQuery, JournalStore, Retention } from '../../src/journal/store.ts';
import type { Log } from '../../src/std/log.ts';
import { openFileStore } from '../../src/storage/journal-files.ts';
import { openSqliteStore } from '../../src/storage/journal-sqlite.ts';
import { troubleWith } from '../../src/storage/journal-trouble.ts';
import { loadSqlite } from '../../src/storage/sqlite-driver.ts';
import { FakeClock } from './fake-clock.ts';
import { keptLines, stored, temporaryFolder } from './journal.ts';

export const PLENTY: Retention = { maxAgeMs: 1e14, maxBytes: 1e9 };

export interface Opened {
  readonly store: JournalStore;
  readonly folder: string;
  readonly clock: FakeClock;
  readonly lines: readonly string[];
  again: () => JournalStore;
}

type Open = (folder: string, retention: () => Retention, clock: FakeClock, log: Log) => JournalStore;

/** Node's SQLite, if it has one. */
export const sqlite = await loadSqlite((name) => import(name) as Promise<unknown>);

/** Plain files, and SQLite where Node has it. */
export const kinds: (readonly [string, Open])[] = [
  [
    'plain files',
    (folder, retention, clock, log) => openFileStore(folder, retention, clock, troubleWith(folder, log)),
  ],
];
if (sqlite !== undefined)
  kinds.push([
    'SQLite',
    (folder, retention, clock, log) =>
      openSqliteStore(folder, sqlite, retention, clock, troubleWith(folder, log)),
  ]);

/** A store of a kind, by default in a folder that is not there yet. */
export function openedBy(
  open: Open,
  retention: () => Retention = () => PLENTY,
  folder = join(temporaryFolder(), 'journal'),
): Opened {
  const clock = new FakeClock();
  const { lines, log } = keptLines();
  const again = (): JournalStore => open(folder, retention, clock, log);
  return { store: again(), folder, clock, lines, again };
}

export const ids = (found: readonly ExchangeSummary[]): readonly string[] => found.map(({ id }) => id);
export const all: JournalQuery = { limit: 1_000 };

/** Entries called by their numbers, each begun a millisecond after the one before. */
export function numbered(from: number, to: number): readonly NewEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) =>
    stored({ id: String(from + index), startedAt: 1_000 + from + index }),
  );
}
