// Whatever moment the process is killed at: what was acknowledged is there, and nothing broken is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { collected, keptLines, stored, temporaryFolder } from '../../test/support/journal.ts';
import type { JournalStore, Retention } from '../journal/store.ts';
import { openFileStore } from './journal-files.ts';
import { openJournalStore } from './journal-open.ts';
import { openSqliteStore, SQLITE_FILE } from './journal-sqlite.ts';
import { troubleWith } from './journal-trouble.ts';
import { loadSqlite } from './sqlite-driver.ts';
import type { LoadModule } from './sqlite-driver.ts';

const PLENTY = (): Retention => ({ maxAgeMs: 1e14, maxBytes: 1e9 });
const load: LoadModule = (name) => import(name) as Promise<unknown>;
const none: LoadModule = () => Promise.reject(new Error('No such module'));
const sqlite = await loadSqlite(load);

function plainFiles(folder: string): JournalStore {
  return openFileStore(folder, PLENTY, new FakeClock(), troubleWith(folder, keptLines().log));
}

function fileIn(folder: string, ending: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith(ending)) ?? '');
}

const listed = async (store: JournalStore): Promise<readonly string[]> =>
  (await store.list({ limit: 1_000 })).map(({ id }) => id);

describe('plain files', () => {
  const body = Buffer.from('{"content":"a text\\nof two lines"}');

  it('torn anywhere give the entries before the tear, and take new ones', async () => {
    const folder = temporaryFolder();
    const first = plainFiles(folder);
    await first.write([stored({ id: 'a', startedAt: 1 }, [body]), stored({ id: 'b', startedAt: 2 }, [body])]);
    const file = fileIn(folder, '.journal');
    const bytes = readFileSync(file);
    const whole = bytes.indexOf('\n{"sizes"') + 1;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (end) => {
        for (const name of readdirSync(folder)) if (join(folder, name) !== file) rmSync(join(folder, name));
        writeFileSync(file, bytes.subarray(0, end));
        const before = end < whole ? [] : end < bytes.length ? ['a'] : ['b', 'a'];
        expect(await listed(plainFiles(folder))).toEqual(before);
        // The same writer goes on: it finds the file shorter than it left it.
        await first.write([stored({ id: 'c', startedAt: 3 }, [body])]);
        const store = plainFiles(folder);
        expect(await listed(store)).toEqual(['c', ...before]);
        expect(await store.get('c')).toMatchObject({ request: { received: body.toString() } });
        expect((await collected(store.entries())).map(({ id }) => id)).toEqual(
          before.toReversed().concat('c'),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('that are cut or broken give what is whole, never half an entry', async () => {
    const folder = temporaryFolder();
    const store = plainFiles(folder);
    await store.write([stored({ id: 'a', startedAt: 1 }, [body]), stored({ id: 'b', startedAt: 2 }, [body])]);
    const file = fileIn(folder, '.journal');
    truncateSync(file, readFileSync(file).length - 1);
    expect(await store.get('a')).toMatchObject({ id: 'a' });
    expect(await store.get('b')).toBeUndefined();
    expect((await store.list({ limit: 9, text: 'two lines' })).map(({ id }) => id)).toEqual(['a']);
    const line = (sizes: string): string => `{"sizes":${sizes},"summary":{"id":"a"}}\n`;
    for (const text of ['x'.repeat(1_000), '{}\n'.repeat(500), `${line('[2,-1,-1,-1,-1]')}{}\n`]) {
      writeFileSync(file, text);
      expect(await store.get('a')).toBeUndefined();
      expect(await collected(store.entries())).toEqual([]);
    }
    rmSync(file);
    expect(await store.get('a')).toBeUndefined();
    expect(await store.list({ limit: 9, text: 'two lines' })).toEqual([]);
  });

  it.each<[string, string]>([
    ['no JSON', 'nonsense\n'],
    ['JSON, but no line of a journal', '{"summary":1}\n[]\n{"summary":{}}\n'],
    ['nothing', '\n\n'],
  ])('with a line that is %s are read past it', async (_what, line) => {
    const folder = temporaryFolder();
    const store = plainFiles(folder);
    await store.write([stored({ id: 'a', startedAt: 1 })]);
    appendFileSync(fileIn(folder, '.journal'), line);
    await store.write([stored({ id: 'b', startedAt: 2 })]);
    expect(await listed(store)).toEqual(['b', 'a']);
  });

  it('that have just been removed by somebody else stop nothing', async () => {
    const folder = temporaryFolder();
    symlinkSync(join(folder, 'gone'), join(folder, 'exchanges-000000000000001-abcd.journal'));
    const store = plainFiles(folder);
    await store.write([stored({ id: 'a' })]);
    expect(await listed(store)).toEqual(['a']);
    expect(store.dropped).toBe(0);
  });

  it('that can not be read are passed over', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'exchanges-000000000000001-abcd.journal'));
    const store = plainFiles(folder);
    await store.write([stored({ id: 'a' })]);
    expect(await listed(store)).toEqual(['a']);
    const file = join(folder, readdirSync(folder).findLast((name) => name.endsWith('.journal')) ?? '');
    rmSync(file);
    mkdirSync(file);
    expect(await store.get('a')).toBeUndefined();
  });

  it.each<[string, (folder: string) => void]>([
    ['the folder has been moved', (folder) => renameSync(folder, `${folder}-moved`)],
    ['the file has been removed', (folder) => rmSync(fileIn(folder, '.journal'))],
    ['the file has been cut', (folder) => truncateSync(fileIn(folder, '.journal'), 0)],
  ])('take new entries where %s while they are written', async (_what, happens) => {
    const folder = join(temporaryFolder(), 'journal');
    const store = plainFiles(folder);
    await store.write([stored({ id: 'a', startedAt: 1 }, [body])]);
    happens(folder);
    await store.write([stored({ id: 'b', startedAt: 2 }, [body])]);
    expect(await store.get('b')).toMatchObject({ request: { received: body.toString() } });
    expect(store.dropped).toBe(0);
    await store.close();
  });

  it.each<[string, string, (path: string) => void]>([
    ['can not be written', '.journal', (path) => symlinkSync('/dev/full', path)],
    ['can not be opened', '.journal', (path) => mkdirSync(path)],
  ])('that %s are counted, and leave nothing behind', async (_what, ending, place) => {
    const folder = temporaryFolder();
    const clock = new FakeClock();
    const { lines, log } = keptLines();
    const store = openFileStore(folder, PLENTY, clock, troubleWith(folder, log));
    // Where the next segment will be: this clock stands still, and draws the same number again and again.
    const name = `exchanges-${String(Math.round(clock.wallMs())).padStart(15, '0')}`;
    const chance = Math.floor(clock.random() * 36 ** 3)
      .toString(36)
      .padStart(4, '0');
    place(join(folder, `${name}-${chance}${ending}`));
    for (let time = 1; time <= 5; time += 1) {
      await store.write([stored({ id: String(time) })]);
      if (store.dropped < time) break;
      expect(readdirSync(folder).length).toBeLessThan(2);
    }
    expect(store.dropped).toBeGreaterThan(0);
    expect(lines[0]).toMatch(/^warn /);
    await store.close();
  });

  it('list what took long where it began, also if newer files were begun meanwhile', async () => {
    const folder = temporaryFolder();
    const clock = new FakeClock();
    const open = (): JournalStore =>
      openFileStore(folder, PLENTY, clock, troubleWith(folder, keptLines().log));
    const began = clock.wallMs();
    await open().write([
      stored({ id: 'early', startedAt: began - 500 }),
      stored({ id: 'brief', startedAt: began + 500 }),
    ]);
    await clock.advance(1_000);
    await open().write([
      stored({ id: 'long', startedAt: began - 100 }),
      stored({ id: 'late', startedAt: began + 1_500 }),
    ]);
    const page = async (limit: number, before = Infinity): Promise<readonly string[]> =>
      (await open().list({ limit, before })).map(({ id }) => id);
    expect(await page(1)).toEqual(['late']);
    expect(await page(3)).toEqual(['late', 'brief', 'long']);
    expect(await page(2, began + 500)).toEqual(['long', 'early']);
    expect((await open().list({ limit: 9, since: began + 1_000 })).map(({ id }) => id)).toEqual(['late']);
  });
});

describe.skipIf(sqlite === undefined)('SQLite', () => {
  it('sets a broken file aside and begins anew', async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, SQLITE_FILE),
      'no database at all, but long enough to be looked at'.repeat(100),
    );
    const { lines, log } = keptLines();
    if (sqlite === undefined) return;
    const store = openSqliteStore(folder, sqlite, PLENTY, new FakeClock(), troubleWith(folder, log));
    await store.write([stored({ id: 'lost' })]);
    expect(store.dropped).toBe(1);
    await store.write([stored({ id: 'kept' })]);
    expect(await listed(store)).toEqual(['kept']);
    expect(lines).toEqual([
      expect.stringMatching(/^warn .* not a database/),
      expect.stringMatching(/^info .* works again/),
    ]);
    expect(readdirSync(folder).filter((name) => name.includes('broken'))).toHaveLength(1);
    await store.close();
  });
});

describe('a process that is killed', () => {
  const kinds: readonly (readonly [string, LoadModule])[] =
    sqlite === undefined
      ? [['plain files', none]]
      : [
          ['plain files', none],
          ['SQLite', load],
        ];

  it.each(kinds)('loses nothing that was acknowledged, in %s', { timeout: 60_000 }, async (kind, load) => {
    const place = temporaryFolder();
    const program = join(place, 'writer.mjs');
    await build({
      entryPoints: [join(import.meta.dirname, '../../test/support/journal-writer.ts')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'warning',
    });
    const folder = join(place, 'journal');
    const acknowledged: string[] = [];
    for (const moment of [1, 2, 5, 11, 17])
      acknowledged.push(...(await killedAfter(moment, program, folder, kind)));
    const parts = { folder, retention: PLENTY, clock: new FakeClock(), log: keptLines().log, load };
    const store = await openJournalStore(parts);
    const entries = await collected(store.entries());
    const bodies = new Map(entries.map(({ id, request }) => [id, request?.received]));
    for (const id of acknowledged) expect(bodies.get(id)).toBe(id.repeat(500));
    for (const [id, body] of bodies) expect(body).toBe(id.repeat(500));
    expect((await store.list({ limit: 10_000 })).length).toBe(entries.length);
    await store.close();
  });
});

/** Runs the program until it has acknowledged so many batches, kills it, and gives the ids it has acknowledged. */
async function killedAfter(
  batches: number,
  program: string,
  folder: string,
  kind: string,
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, folder, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const acknowledged: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(...line.split(' '));
    if (acknowledged.length >= batches * 4) child.kill('SIGKILL');
  }
  await closed;
  return acknowledged;
}
