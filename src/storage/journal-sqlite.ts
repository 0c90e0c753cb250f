// The journal in one SQLite file, where Node brings SQLite along (22.13 and later). Its calls are synchronous, so each
// does little: a batch is one transaction, a search reads some hundred rows at a time.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../std/clock.ts';
import type { EntryToKeep, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import { matcherOf } from '../journal/match.ts';
import type { Searched } from '../journal/match.ts';
import type { JournalQuery, JournalStore, Retention } from '../journal/store.ts';
import { entryOf } from './journal-segment.ts';
import type { Sqlite, SqliteDatabase, SqliteStatement } from './sqlite-driver.ts';
import type { Trouble } from './journal-trouble.ts';
import { takingTurns } from './journal-turns.ts';

/** The name of the file in the journal's folder. */
export const SQLITE_FILE = 'journal.sqlite';
/** Summaries lie apart from bodies, so that a search by them reads little. */
const SCHEMA = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -2000;
  PRAGMA busy_timeout = 200;
  CREATE TABLE IF NOT EXISTS exchanges (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, started_at REAL NOT NULL, summary TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS exchanges_by_id ON exchanges (id);
  CREATE INDEX IF NOT EXISTS exchanges_by_start ON exchanges (started_at, number);
  CREATE TABLE IF NOT EXISTS parts (
    number INTEGER PRIMARY KEY, details BLOB, received BLOB, sent BLOB, replied BLOB, told BLOB
  );
`;
const PAGE = `SELECT number, started_at, summary FROM exchanges
  WHERE (started_at, number) < (?, ?) AND started_at >= ? ORDER BY started_at DESC, number DESC LIMIT 200`;
const PARTS = 'SELECT details, received, sent, replied, told FROM parts WHERE number = ?';
const ROWS_PER_DELETE = 50;
const TIDY_UP_EVERY_MS = 60 * 1_000;
/** SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html): this file will never work again. */
const BROKEN_FILE: ReadonlySet<number> = new Set([11, 26]);

/** A database that is opened when it is needed, and opened anew after trouble. */
interface Connection {
  /** Does something with the database; where that fails, tells the user and gives what is given instead. */
  use<Result>(
    entriesAtStake: number,
    otherwise: Result,
    what: (database: SqliteDatabase) => Result | Promise<Result>,
  ): Promise<Result>;
  close(): void;
}

function connectionTo(folder: string, sqlite: Sqlite, clock: Clock, trouble: Trouble): Connection {
  const file = join(folder, SQLITE_FILE);
  let database: SqliteDatabase | undefined;
  const close = (): void => {
    database?.close();
    database = undefined;
  };
  const opened = async (): Promise<SqliteDatabase> => {
    // An open file that somebody has removed would take everything and keep nothing.
    if (database !== undefined && !existsSync(file)) close();
    if (database === undefined) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      database = sqlite.open(file);
      database.exec(SCHEMA);
    }
    return database;
  };
  return {
    async use(entriesAtStake, otherwise, what) {
      try {
        const result = await what(await opened());
        trouble.works();
        return result;
      } catch (error) {
        close();
        trouble.failed(error, entriesAtStake);
        if (isBrokenFile(error)) await setAside(file, clock);
        return otherwise;
      }
    },
    close,
  };
}

/** Nothing is opened until something is written or asked for. */
export function openSqliteStore(
  folder: string,
  sqlite: Sqlite,
  retention: () => Retention,
  clock: Clock,
  trouble: Trouble,
): JournalStore {
  const connection = connectionTo(folder, sqlite, clock, trouble);
  let tidiedUpAtMs = -Infinity;
  return {
    async write(entries) {
      await connection.use(entries.length, undefined, (database) => insert(database, entries));
      if (clock.nowMs() - tidiedUpAtMs <= TIDY_UP_EVERY_MS) return;
      tidiedUpAtMs = clock.nowMs();
      await connection.use(0, undefined, (database) => tidyUp(database, retention(), clock));
    },
    list: (query) => connection.use(0, [], (database) => newestFirst(database, query, clock)),
    get: (id) => connection.use(0, undefined, (database) => entryWith(database, id)),
    async *entries() {
      // Numbers grow with time; each is asked for by itself, so that nothing stays open while the reader thinks.
      for (let number = 0; ;) {
        const next = await connection.use(0, undefined, (database) => entryAfter(database, number));
        if (next === undefined) return;
        ({ number } = next);
        if (next.entry !== undefined) yield next.entry;
      }
    },
    get dropped() {
      return trouble.dropped;
    },
    close: () => Promise.resolve(connection.close()),
  };
}

function insert(database: SqliteDatabase, entries: readonly EntryToKeep[]): void {
  database.exec('BEGIN IMMEDIATE');
  const exchange = database.prepare('INSERT INTO exchanges (id, started_at, summary) VALUES (?, ?, ?)');
  const parts = database.prepare('INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?)');
  for (const { summary, summaryJson, detailsJson, bodies } of entries) {
    const { lastInsertRowid } = exchange.run(summary.id, summary.startedAt, summaryJson);
    parts.run(lastInsertRowid, detailsJson, ...bodies.map((body) => body ?? null));
  }
  database.exec('COMMIT');
}

/** Removes what is too old, and the oldest while all of it is too much; the file shrinks with it. */
async function tidyUp(
  database: SqliteDatabase,
  { maxAgeMs, maxBytes }: Retention,
  clock: Clock,
): Promise<void> {
  const turn = takingTurns(clock);
  const oldest = database.prepare(
    `SELECT number FROM exchanges WHERE started_at < ? ORDER BY started_at LIMIT ${ROWS_PER_DELETE}`,
  );
  for (;;) {
    const isTooMuch = sizeOf(database) > maxBytes;
    const numbers = oldest
      .all(isTooMuch ? Infinity : clock.wallMs() - maxAgeMs)
      .map(({ number }) => Number(number));
    if (numbers.length === 0) return;
    database.exec(`BEGIN IMMEDIATE;
      DELETE FROM exchanges WHERE number IN (${numbers.join(',')});
      DELETE FROM parts WHERE number IN (${numbers.join(',')});
      COMMIT;
      PRAGMA incremental_vacuum;`);
    await turn();
  }
}

/** Bytes of the pages in use. */
function sizeOf(database: SqliteDatabase): number {
  const sql = `SELECT (page_count - freelist_count) * page_size AS bytes
    FROM pragma_page_count, pragma_freelist_count, pragma_page_size`;
  return Number(database.prepare(sql).get()?.['bytes']);
}

async function newestFirst(
  database: SqliteDatabase,
  query: JournalQuery,
  clock: Clock,
): Promise<readonly ExchangeSummary[]> {
  const { fits, isIn, isInside } = matcherOf(query);
  const turn = takingTurns(clock);
  const page = database.prepare(PAGE);
  const parts = database.prepare(PARTS);
  const found: ExchangeSummary[] = [];
  let start: unknown = query.before ?? Infinity;
  let number: unknown = 0;
  for (;;) {
    const rows = page.all(start, number, query.since ?? 0);
    for (const row of rows) {
      const summary = summaryIn(row['summary']);
      if (fits(summary) && (isIn(summary) || isInside(searchedIn(parts, row['number'])))) found.push(summary);
      if (found.length >= query.limit) return found;
      await turn();
    }
    const last = rows.at(-1);
    if (last === undefined) return found;
    ({ started_at: start, number } = last);
  }
}

function searchedIn(parts: SqliteStatement, number: unknown): Searched {
  const [detailsJson = '', ...bodies] = partsOf(parts, number);
  return { detailsJson, bodies: bodies.filter((body) => body !== undefined) };
}

function partsOf(parts: SqliteStatement, number: unknown): readonly (string | undefined)[] {
  return Object.values(parts.get(number) ?? {}).map((value) => {
    if (value instanceof Uint8Array)
      return Buffer.from(value.buffer, value.byteOffset, value.length).toString();
    return typeof value === 'string' ? value : undefined;
  });
}

function entryWith(database: SqliteDatabase, id: string): JournalEntry | undefined {
  const row = database.prepare('SELECT number, summary FROM exchanges WHERE id = ?').get(id);
  return row && entryOf(summaryIn(row['summary']), partsOf(database.prepare(PARTS), row['number']));
}

function entryAfter(
  database: SqliteDatabase,
  number: number,
): { readonly number: number; readonly entry: JournalEntry | undefined } | undefined {
  const sql = 'SELECT number, summary FROM exchanges WHERE number > ? ORDER BY number LIMIT 1';
  const row = database.prepare(sql).get(number);
  if (row === undefined) return undefined;
  const entry = entryOf(summaryIn(row['summary']), partsOf(database.prepare(PARTS), row['number']));
  return { number: Number(row['number']), entry };
}

function summaryIn(json: unknown): ExchangeSummary {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by newEntry
  return JSON.parse(String(json)) as ExchangeSummary;
}

function isBrokenFile(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && BROKEN_FILE.has(Number(error.errcode));
}

/** What is broken is kept beside the new file, in case somebody can read it. */
async function setAside(file: string, clock: Clock): Promise<void> {
  await rename(file, `${file}.broken-${Math.round(clock.wallMs())}`).catch(() => undefined);
  for (const ending of ['-wal', '-shm']) await rm(file + ending, { force: true }).catch(() => undefined);
}
