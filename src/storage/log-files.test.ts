import { appendFile, mkdir, open, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/harness.ts';
import type { LineFiles } from '../journal/file-log.ts';
import type { LogLimits } from '../journal/rotation.ts';
import { openLogFiles } from './log-files.ts';

const DAY_MS = 86_400_000;
const MB = 1024 * 1024;

interface Setting {
  readonly folder: string;
  readonly clock: FakeClock;
  readonly said: string[];
  readonly limits: { -readonly [Key in keyof LogLimits]: LogLimits[Key] };
  readonly files: LineFiles;
  readonly open: () => LineFiles;
  /** The lines of all files, by name. */
  readonly read: () => Promise<Readonly<Record<string, readonly string[]>>>;
}

async function start(but: Partial<LogLimits> = {}): Promise<Setting> {
  const folder = join(await temporaryFolder(), 'logs');
  const clock = new FakeClock();
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);
  const limits = { folder, maxFileBytes: 100, maxFiles: 10, maxAgeMs: 30 * DAY_MS, ...but };
  const openFiles = (): LineFiles =>
    openLogFiles('requests', () => limits, clock, { info: say, warn: say, error: say });
  const read: Setting['read'] = async () => {
    const names = (await readdir(limits.folder).catch(() => [])).toSorted((a, b) => a.localeCompare(b));
    const texts = names.map(
      async (name) => [name, await readFile(join(limits.folder, name), 'utf8')] as const,
    );
    return Object.fromEntries(
      (await Promise.all(texts)).map(([name, text]) => [name, text.split('\n').slice(0, -1)]),
    );
  };
  return { folder, clock, said, limits, files: openFiles(), open: openFiles, read };
}

const add = (files: LineFiles, ...lines: readonly string[]): void => {
  for (const line of lines) files.add(() => Buffer.from(line), line.length);
};
const closed = async (files: LineFiles, ...lines: readonly string[]): Promise<void> => {
  add(files, ...lines);
  await files.close();
};
const TODAY = 'requests-2026-01-01';

describe('log files', () => {
  it('collect lines for a moment and write them together', async () => {
    const { files, clock, read, folder } = await start();
    add(files, 'one', 'two');
    await expect(readdir(folder)).rejects.toThrow('ENOENT');
    await clock.advance(400);
    await vi.waitFor(async () => expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['one', 'two'] }));
    add(files, 'three');
    await files.close();
    expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['one', 'two', 'three'] });
    expect([files.dropped, clock.waiting()]).toEqual([0, []]);
  });

  it('go on where an earlier run has stopped', async () => {
    const { open: again, read } = await start();
    await closed(again(), 'one');
    await closed(again(), 'two');
    expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['one', 'two'] });
  });

  it('begin anew where a line would not fit, and keep a long line whole', async () => {
    const { open: again, read } = await start();
    const [half, long] = ['a'.repeat(60), 'b'.repeat(500)];
    for (const line of [half, half, long, 'c']) await closed(again(), line);
    expect(Object.values(await read())).toEqual([[half], [half], [long], ['c']]);
  });

  it('begin anew every day, and remove what is too much or too old', async () => {
    const { open: again, read, clock, limits, folder } = await start({ maxFiles: 2 });
    await mkdir(folder);
    await writeFile(join(folder, 'requests-2025-11-01-001.jsonl'), 'old\n');
    await writeFile(join(folder, 'notes.txt'), 'mine\n');
    const files = again();
    add(files, 'first');
    await clock.advance(400);
    await vi.waitFor(async () =>
      expect(Object.keys(await read())).toEqual(['notes.txt', `${TODAY}-001.jsonl`]),
    );
    await clock.advance(DAY_MS);
    await closed(files, 'second');
    await clock.advance(DAY_MS);
    await closed(again(), 'third');
    expect(Object.keys(await read())).toEqual([
      'notes.txt',
      'requests-2026-01-02-001.jsonl',
      'requests-2026-01-03-001.jsonl',
    ]);
    limits.maxFiles = 1;
    await clock.advance(DAY_MS);
    await closed(again(), 'fourth');
    expect(Object.keys(await read())).toEqual(['notes.txt', 'requests-2026-01-04-001.jsonl']);
  });

  it('are not disturbed by a file that can not be removed', async () => {
    const { files, folder } = await start();
    await mkdir(join(folder, 'requests-2025-01-01-001.jsonl', 'a folder in its place'), { recursive: true });
    add(files, 'one');
    await files.close();
    expect(await readFile(join(folder, `${TODAY}-001.jsonl`), 'utf8')).toBe('one\n');
  });

  it('follow the configuration to another folder', async () => {
    const { files, limits, read, clock, folder } = await start();
    add(files, 'here');
    await clock.advance(400);
    await vi.waitFor(async () => expect(await read()).not.toEqual({}));
    limits.folder = join(folder, 'elsewhere');
    await closed(files, 'there');
    expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['there'] });
  });

  it('survive being moved away, folder and all', async () => {
    const { files, clock, read, folder } = await start();
    add(files, 'one');
    await clock.advance(400);
    await vi.waitFor(async () => expect(await read()).not.toEqual({}));
    await rm(folder, { recursive: true });
    await closed(files, 'two');
    expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['two'] });
  });

  it('can be shared by two processes: every line is whole', async () => {
    const { open: again, read } = await start({ maxFileBytes: 2_000 });
    const both = [again(), again()];
    const lines = Array.from({ length: 200 }, (_, index) => `${index}`.padStart(40, '.'));
    for (const line of lines) for (const files of both) add(files, line);
    await Promise.all(both.map((files) => files.close()));
    const written = Object.values(await read()).flat();
    expect(new Set(written)).toEqual(new Set(lines));
    expect(written.length).toBe(2 * lines.length);
  });

  it('take no more than they can hold', async () => {
    const { files, read } = await start({ maxFileBytes: 100 * MB });
    files.add(() => Buffer.from('huge'), 32 * MB);
    add(files, 'one too many');
    expect(files.dropped).toBe(1);
    await files.close();
    expect(Object.values(await read())).toEqual([['huge']]);

    const many = Array.from({ length: 10_001 }, () => 'x');
    add(files, ...many);
    expect(files.dropped).toBe(2);
    await files.close();
  });
});

it('a line that can not be made costs no other', async () => {
  const { files, said, read } = await start();
  files.add(() => {
    throw new Error('a mistake of ours');
  }, 10);
  await closed(files, 'one');
  expect([files.dropped, said]).toEqual([1, []]);
  expect(Object.values(await read())).toEqual([['one']]);
});

describe('a disk that does not take them', () => {
  it('is told of once and tried again, and nothing is lost meanwhile', async () => {
    const { files, clock, said, read, folder } = await start();
    await writeFile(folder, 'a file in its place');
    add(files, 'one');
    await clock.advance(400);
    await vi.waitFor(() => expect(said.length).toBe(1));
    expect(said[0]).toMatch(/^The log of requests in .*logs can not be written: E.*every 10 s\.$/);
    add(files, 'two');
    await vi.waitFor(() => expect(clock.waiting()).toContain(10_000));
    await clock.advance(10_000);
    await vi.waitFor(() => expect(clock.waiting()).toContain(10_000));
    expect(said.length).toBe(1);
    await rm(folder);
    await clock.advance(10_000);
    await vi.waitFor(() => expect(said.length).toBe(2));
    expect(said[1]).toMatch(/is written again; 0 lines are missing\.$/);
    expect(await read()).toEqual({ [`${TODAY}-001.jsonl`]: ['one', 'two'] });

    // Where it comes and goes, not every time is told.
    await rm(folder, { recursive: true });
    await writeFile(folder, 'again');
    add(files, 'three');
    await clock.advance(400);
    await vi.waitFor(() => expect(clock.waiting()).toContain(10_000));
    expect(said.length).toBe(2);
    await files.close();
    expect([files.dropped, clock.waiting()]).toEqual([1, []]);
  });

  it('at the end costs the lines that wait, which are counted', async () => {
    const { files, clock, said, folder } = await start();
    await writeFile(folder, 'a file in its place');
    add(files, 'one', 'two');
    await clock.advance(400);
    await vi.waitFor(() => expect(clock.waiting()).toContain(10_000));
    await closed(files, 'three');
    expect([files.dropped, said.length, clock.waiting()]).toEqual([3, 1, []]);
  });

  it('is not tried again after the end, even if it failed just then', async () => {
    const { files, clock, folder } = await start();
    await writeFile(folder, 'a file in its place');
    add(files, 'one');
    const due = clock.advance(400);
    while (clock.waiting().length > 0) await settle(1);
    await files.close();
    await due;
    expect([files.dropped, clock.waiting()]).toEqual([1, []]);
  });

  it('does not tear a line: what is left of it goes behind what is there', async () => {
    const { files, clock, read, folder } = await start();
    const probe = await open(join(folder, '..', 'probe'), 'a');
    const prototype = Object.getPrototypeOf(probe) as typeof probe;
    await probe.close();
    const write = vi.spyOn(prototype, 'write');
    write.mockImplementationOnce(async (bytes: unknown) => {
      await appendFile(join(folder, `${TODAY}-001.jsonl`), (bytes as Buffer).subarray(0, 2));
      return { bytesWritten: 2, buffer: bytes as never };
    });
    write.mockRejectedValueOnce('no space left');
    add(files, 'a line');
    await clock.advance(400);
    await vi.waitFor(() => expect(clock.waiting()).toContain(10_000));
    // The rest belongs there even if it is another day by now.
    await clock.advance(DAY_MS);
    await closed(files, 'another');
    expect(Object.values(await read())).toEqual([['a line'], ['another']]);
  });
});
