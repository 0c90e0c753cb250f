// The journal's plain files over time: what goes, what stays, and how they are written. What crashes and broken disks do to
// them is journal-crash.test.ts's.
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { stored, temporaryFolder } from '../../test/support/journal.ts';
import { PLENTY } from '../../test/support/journal-stores.ts';
import type { JournalStore, Retention } from '../journal/store.ts';
import { hasSegments, openFileStore } from './journal-files.ts';
import { writeAll } from './journal-segment.ts';

const listed = async (store: JournalStore): Promise<readonly string[]> =>
  (await store.list({ limit: 1_000 })).map(({ id }) => id);

function opened(folder: string, clock = new FakeClock(), retention: Retention = PLENTY): JournalStore {
  const trouble = { failed: () => undefined, works: () => undefined, dropped: 0 };
  return openFileStore(folder, () => retention, clock, trouble);
}

describe('plain files', () => {
  it('are written whole by a disk that takes a part first', async () => {
    const written: string[] = [];
    const file = {
      writev: () => Promise.resolve({ bytesWritten: written.push('hel') * 3 }),
      writeFile: (data: Buffer) => Promise.resolve(void written.push(data.toString())),
    };
    await writeAll(file, [Buffer.from('hello'), Buffer.from(' you')], 9);
    expect(written).toEqual(['hel', 'lo you']);
  });

  it('of an earlier form go when they are too old', async () => {
    const folder = temporaryFolder();
    const clock = new FakeClock();
    const file = (name: string): string => join(folder, `exchanges-000000000000001-${name}`);
    for (const name of ['abcd.jsonl', 'abcd.bodies', 'efgh.jsonl', 'notes.txt'])
      writeFileSync(file(name), '{}');
    const longAgo = new Date(clock.wallMs() - 2_000);
    for (const name of ['abcd.jsonl', 'abcd.bodies', 'notes.txt']) utimesSync(file(name), longAgo, longAgo);
    utimesSync(file('efgh.jsonl'), new Date(clock.wallMs()), new Date(clock.wallMs()));
    const store = opened(folder, clock, { maxAgeMs: 1_000, maxBytes: 1e9 });
    await store.write([stored({ id: 'a' })]);
    await store.close();
    const left = readdirSync(folder).filter((name) => !name.endsWith('.journal'));
    expect(left).toEqual(['exchanges-000000000000001-efgh.jsonl', 'exchanges-000000000000001-notes.txt']);
  });

  it('are looked through every hour, and the one in use goes on', async () => {
    const folder = temporaryFolder();
    const clock = new FakeClock();
    const store = opened(folder, clock);
    for (const id of ['a', 'b', 'c']) {
      await store.write([stored({ id, startedAt: clock.nowMs() })]);
      await clock.advance(61 * 60_000);
    }
    expect(await listed(store)).toEqual(['c', 'b', 'a']);
    expect(readdirSync(folder)).toHaveLength(1);
    await store.close();
  });

  it('of an earlier form count for the room it takes, and go before what is kept now', async () => {
    const folder = temporaryFolder();
    expect(await hasSegments(folder)).toBe(false);
    writeFileSync(join(folder, 'exchanges-000000000000001-abcd.bodies'), 'x'.repeat(900));
    expect(await hasSegments(folder)).toBe(true);
    const open = (): JournalStore => opened(folder, new FakeClock(), { maxAgeMs: 1e14, maxBytes: 1_000 });
    const store = open();
    await store.write([stored({ id: 'a' })]);
    await store.close();
    expect(readdirSync(folder)).toHaveLength(2);
    await open().write([stored({ id: 'b' })]);
    expect(await listed(open())).toEqual(['b', 'a']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.bodies'))).toEqual([]);
  });
});
