// What both kinds of store do over time: grow old, be in the way of nobody, and stand a disk that fails.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stored, temporaryFolder } from '../../test/support/journal.ts';
import { PLENTY, all, ids, kinds, numbered, openedBy } from '../../test/support/journal-stores.ts';

const DAY_MS = 86_400_000;

describe.each(kinds)('a journal in %s', (_kind, open) => {
  it('lets requests be served while it searches long', async () => {
    const { store, clock } = openedBy(open);
    await store.write(numbered(1, 50));
    let turns = 0;
    // Time passes by itself: each look at the clock finds a slice over.
    clock.nowMs = () => (turns += 10);
    let served = 0;
    const others = async (): Promise<void> => {
      for (; served < 20; served += 1) await new Promise((resolve) => setImmediate(resolve));
    };
    const serving = others();
    expect(await store.list({ ...all, text: 'nowhere' })).toEqual([]);
    expect(served).toBeGreaterThan(10);
    await serving;
    await store.close();
  });

  it('forgets what is too old', async () => {
    const { store, clock, folder, again } = openedBy(open, () => ({ maxAgeMs: DAY_MS, maxBytes: 1e9 }));
    await store.write([stored({ id: 'old', startedAt: clock.wallMs() })]);
    for (const name of readdirSync(folder))
      utimesSync(join(folder, name), clock.wallMs() / 1_000, clock.wallMs() / 1_000);
    await clock.advance(2 * DAY_MS);
    await store.write([stored({ id: 'new', startedAt: clock.wallMs() })]);
    await store.close();
    const reopened = again();
    expect(ids(await reopened.list(all))).toEqual(['new']);
    await reopened.close();
  });

  it('forgets the oldest when there is too much, and takes no more room than it may', async () => {
    const maxBytes = 2 * 1024 * 1024;
    const { store, clock, folder } = openedBy(open, () => ({ maxAgeMs: 1e14, maxBytes }));
    // Nothing in common: what is would be kept once.
    const body = (): Buffer => randomBytes(10_000);
    for (let batch = 0; batch < 40; batch += 1) {
      const startedAt = clock.wallMs();
      await store.write(
        Array.from({ length: 10 }, (_, index) =>
          stored({ id: `${batch}-${index}`, startedAt: startedAt + index }, [body()]),
        ),
      );
      await clock.advance(61_000);
    }
    const kept = ids(await store.list(all));
    expect(kept[0]).toBe('39-9');
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThan(250);
    expect(kept).not.toContain('0-0');
    await store.close();
    expect(bytesIn(folder)).toBeLessThan(1.5 * maxBytes);
  });

  it('begins anew when its folder is removed while it runs', async () => {
    const { store, folder, lines } = openedBy(open);
    await store.write(numbered(1, 2));
    rmSync(folder, { recursive: true });
    await store.write(numbered(3, 3));
    expect(ids(await store.list(all))).toEqual(['3']);
    expect(lines).toEqual([]);
    await store.close();
  });

  it('says once that it can not write, counts what is lost, and goes on when it can', async () => {
    const place = temporaryFolder();
    const blocked = join(place, 'blocked');
    writeFileSync(blocked, 'a file where the folder should be');
    const { store, lines } = openedBy(open, () => PLENTY, join(blocked, 'journal'));
    await store.write(numbered(1, 2));
    await store.write(numbered(3, 3));
    expect(store.dropped).toBe(3);
    expect(lines).toEqual([
      expect.stringMatching(/^warn The journal in .*blocked.journal can not be used: ENOTDIR/),
    ]);
    rmSync(blocked);
    await store.write(numbered(4, 4));
    await store.write(numbered(5, 5));
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^info .* works again; 3 exchanges are not in it/),
    ]);
    expect(ids(await store.list(all))).toEqual(['5', '4']);
    await store.close();
  });

  it.skipIf(process.getuid?.() === 0)('does the same in a folder that can not be written', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    const { store, lines } = openedBy(open, () => PLENTY, folder);
    await store.write(numbered(1, 2));
    chmodSync(folder, 0o700);
    expect(store.dropped).toBe(2);
    expect(lines).toHaveLength(1);
    await store.close();
  });

  it('leaves alone what is not its own', async () => {
    const { store, folder } = openedBy(open, () => ({ maxAgeMs: 0, maxBytes: 0 }));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'notes.jsonl'), 'mine');
    await store.write(numbered(1, 1));
    expect(readdirSync(folder)).toContain('notes.jsonl');
    await store.close();
  });
});

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.endsWith('-wal'))
    .reduce((sum, { name }) => sum + statSync(join(folder, name)).size, 0);
}
