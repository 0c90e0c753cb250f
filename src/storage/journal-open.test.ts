import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { collected, keptLines, stored, temporaryFolder } from '../../test/support/journal.ts';
import { exchangeEvents } from '../../test/support/journal-events.ts';
import { EVERYTHING } from '../../test/support/journal-recording.ts';
import { PLENTY, all, ids, sqlite } from '../../test/support/journal-stores.ts';
import { openJournal, openJournalStore } from './journal-open.ts';
import type { JournalParts } from './journal-open.ts';
import { troubleWith } from './journal-trouble.ts';
import { loadSqlite } from './sqlite-driver.ts';

const absent = (): Promise<unknown> => Promise.reject(new Error('No such built-in module: node:sqlite'));

function parts(over: Partial<JournalParts> = {}): JournalParts & { readonly lines: readonly string[] } {
  const { lines, log } = keptLines();
  return { folder: temporaryFolder(), retention: () => PLENTY, clock: new FakeClock(), log, lines, ...over };
}

describe('openJournal', () => {
  it('records into the store that this Node has, and reads it again', async () => {
    const { lines, ...opened } = parts();
    const journal = openJournal({ ...opened, also: () => undefined });
    const observe = byEvents(journal.observer(() => EVERYTHING));
    for (const event of exchangeEvents({ id: 'a' })) observe(event);
    expect(await journal.store.get('a')).toMatchObject({ id: 'a' });
    expect(journal.dropped).toBe(0);
    await journal.close();
    const store = await openJournalStore(opened);
    expect(ids(await store.list(all))).toEqual(['a']);
    await store.close();
    expect(lines).toEqual([]);
  });
});

describe('openJournalStore', () => {
  it('without SQLite says which exchanges it can not read, and keeps new ones', async () => {
    const { lines, ...opened } = parts({ load: absent });
    writeFileSync(join(opened.folder, 'journal.sqlite'), '');
    const store = await openJournalStore(opened);
    await store.write([stored({ id: 'a' })]);
    expect(ids(await store.list(all))).toEqual(['a']);
    expect(lines).toEqual([expect.stringMatching(/^warn .*only Node 22 and later can read/)]);
  });

  it('with SQLite uses it alone where there is nothing else', async () => {
    const store = await openJournalStore(parts({ load: () => Promise.resolve({ DatabaseSync: Nothing }) }));
    expect(await store.list(all)).toEqual([]);
    expect(await store.get('a')).toBeUndefined();
    await store.close();
  });

  it('with SQLite reads what was kept in plain files before', async () => {
    const opened = parts();
    const before = await openJournalStore({ ...opened, load: absent });
    await before.write([stored({ id: 'a', startedAt: 1 }), stored({ id: 'c', startedAt: 3 })]);
    await before.close();
    // Stands for SQLite where Node has none: an empty one that takes nothing.
    const load = sqlite === undefined ? () => Promise.resolve({ DatabaseSync: Nothing }) : undefined;
    const store = await openJournalStore({ ...opened, ...(load !== undefined && { load }) });
    await store.write([stored({ id: 'b', startedAt: 2 })]);
    const added = sqlite === undefined ? [] : ['b'];
    expect(ids(await store.list(all))).toEqual(['c', ...added, 'a']);
    expect(ids(await store.list({ limit: 1 }))).toEqual(['c']);
    expect(await store.get('a')).toMatchObject({ id: 'a' });
    expect((await store.get('b'))?.id).toBe(added[0]);
    expect((await collected(store.entries())).map(({ id }) => id)).toEqual(['a', 'c', ...added]);
    expect(store.dropped).toBe(0);
    await store.close();
  });
});

class Nothing {
  exec(): void {}
  close(): void {}
  prepare(): object {
    return { run: () => ({ lastInsertRowid: 0 }), get: () => undefined, all: () => [] };
  }
}

describe('loadSqlite', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('is nothing where Node has none', async () => {
    expect(await loadSqlite(absent)).toBeUndefined();
  });

  it('opens files with what it has', async () => {
    const opened: string[] = [];
    class Fake extends Nothing {
      constructor(file: string) {
        super();
        opened.push(file);
      }
    }
    const loaded = await loadSqlite(() => Promise.resolve({ DatabaseSync: Fake }));
    expect(loaded?.open('a file')).toBeInstanceOf(Fake);
    expect(opened).toEqual(['a file']);
  });

  it('leaves out the warning that SQLite is experimental, and no other', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await loadSqlite(() => {
      process.emitWarning('SQLite is an experimental feature', 'ExperimentalWarning');
      process.emitWarning('Something else', 'ExperimentalWarning');
      process.emitWarning('SQLite is old', 'DeprecationWarning');
      return absent();
    });
    expect(warned.mock.calls.map(([text]) => text)).toEqual(['Something else', 'SQLite is old']);
  });
});

it('what is thrown need not be an Error to be told', () => {
  const { lines, log } = keptLines();
  const trouble = troubleWith('/somewhere', log);
  trouble.works();
  trouble.failed('no disk', 1);
  expect(lines).toEqual([expect.stringContaining('/somewhere can not be used: no disk.')]);
});
