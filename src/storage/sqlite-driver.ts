// Node's own SQLite, where it has one: the few calls that are used of it, typed here because the types of the oldest
// Node that First Hop runs on do not know it.

/** Named columns; blobs are Uint8Array. */
export type SqliteRow = Readonly<Record<string, unknown>>;

export interface SqliteStatement {
  run(...values: readonly unknown[]): { readonly lastInsertRowid: number | bigint };
  get(...values: readonly unknown[]): SqliteRow | undefined;
  all(...values: readonly unknown[]): readonly SqliteRow[];
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface Sqlite {
  open(file: string): SqliteDatabase;
}

/** How a built-in module is loaded; rejects where Node does not have it. */
export type LoadModule = (name: string) => Promise<unknown>;

/** Node's SQLite; undefined where Node has none (before 22.13). */
export async function loadSqlite(load: LoadModule): Promise<Sqlite | undefined> {
  const module = await withoutItsWarning(() => load('node:sqlite').catch(() => undefined));
  if (module === undefined) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- https://nodejs.org/docs/latest-v24.x/api/sqlite.html
  const { DatabaseSync } = module as { readonly DatabaseSync: new (file: string) => SqliteDatabase };
  return { open: (file) => new DatabaseSync(file) };
}

/** Node 22 calls SQLite experimental when it is loaded, and says so to the user. This warning alone is left out. */
async function withoutItsWarning<Result>(action: () => Promise<Result>): Promise<Result> {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: never[]) => {
    const isIts = String(warning).includes('SQLite') && String(rest[0]) === 'ExperimentalWarning';
    if (!isIts) emitWarning.call(process, warning, ...rest);
  };
  try {
    return await action();
  } finally {
    process.emitWarning = emitWarning;
  }
}
