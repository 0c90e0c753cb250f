import { mkdir, mkdtemp, readFile, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { LASTING_MS, POLL_MS, SETTLE_MS, stampOf, watchFile } from './watch.ts';
import type { FileListener, Stamp } from './watch.ts';

let folder: string;
let file: string;
let clock: FakeClock;
/** What was told, in order. */
let told: string[];
let stop: () => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'first-hop-watch-'));
  file = join(folder, 'config.yaml');
  clock = new FakeClock();
  told = [];
  stop = () => undefined;
});
afterEach(async () => {
  stop();
  await rm(folder, { recursive: true });
});

/** Begins to watch; texts with `half` in them are doubtful. */
async function watch(changes: Partial<FileListener<string>> = {}, asOf?: Stamp): Promise<void> {
  stop = watchFile(file, asOf ?? (await stampOf(file)), clock, {
    read: () => readFile(file, 'utf8'),
    isDoubtful: (text) => text.includes('half'),
    changed: (text) => told.push(text),
    lost: (kind) => told.push(`lost: ${kind}`),
    failed: (error) => told.push(`failed: ${String(error)}`),
    ...changes,
  });
}

/** Lets the next look happen, which must be the given time away, and waits until it is over. */
async function look(afterMs: number): Promise<void> {
  expect(clock.waiting()).toEqual([afterMs]);
  await clock.advance(afterMs);
  while (clock.waiting().length === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** Looks as often as it takes for a state that is doubtful to count as lasting, and once more. */
async function lookUntilLasting(): Promise<void> {
  await look(POLL_MS);
  for (let passedMs = 0; passedMs < LASTING_MS; passedMs += SETTLE_MS) await look(SETTLE_MS);
  await look(POLL_MS);
}

/** Ways to save a file. */
const WAYS: readonly [string, () => Promise<unknown>, () => Promise<unknown>][] = [
  [
    'of the text',
    // As long as the new one, so that only the time tells them apart.
    () => writeFile(file, 'old').then(() => utimes(file, 1, 1)),
    () => writeFile(file, 'new'),
  ],
  [
    'by a new file in its place, as old as the old one',
    () => writeFile(file, 'old').then(() => utimes(file, 1, 1)),
    async () => {
      await writeFile(`${file}.tmp`, 'new');
      await utimes(`${file}.tmp`, 1, 1);
      await rename(`${file}.tmp`, file);
    },
  ],
];
// Links need rights on Windows that few users have.
const LINKED: typeof WAYS =
  process.platform === 'win32'
    ? []
    : [
        [
          'behind a link of a link, as mounts of Kubernetes have it',
          async () => {
            for (const version of ['old', 'new']) {
              await mkdir(join(folder, version));
              await writeFile(join(folder, version, 'config.yaml'), version);
            }
            await symlink('old', join(folder, '..data'));
            await symlink(join('..data', 'config.yaml'), file);
          },
          async () => {
            await symlink('new', join(folder, '..data_tmp'));
            await rename(join(folder, '..data_tmp'), join(folder, '..data'));
          },
        ],
      ];

describe('a change', () => {
  it.each([...WAYS, ...LINKED])('%s is told once, in less than 2 s', async (_how, begin, save) => {
    await begin();
    await watch();
    await look(POLL_MS);
    const savedAtMs = clock.nowMs();
    await save();
    await look(POLL_MS);
    expect(told).toEqual([]);
    await look(SETTLE_MS);
    expect(told).toEqual(['new']);
    expect(clock.nowMs() - savedAtMs).toBeLessThan(2_000);
    await look(POLL_MS);
    expect(told).toEqual(['new']);
  });

  it('between the first reading and the first look is told too', async () => {
    await writeFile(file, 'old');
    const asOf = await stampOf(file);
    await writeFile(file, 'saved meanwhile');
    await watch({}, asOf);
    await look(POLL_MS);
    await look(SETTLE_MS);
    expect(told).toEqual(['saved meanwhile']);
  });

  it('is not read as long as the file is being written', async () => {
    await writeFile(file, 'old');
    await watch();
    await writeFile(file, 'a');
    await look(POLL_MS);
    await writeFile(file, 'a whole');
    await look(SETTLE_MS);
    await writeFile(file, 'a whole text');
    await look(SETTLE_MS);
    expect(told).toEqual([]);
    await look(SETTLE_MS);
    expect(told).toEqual(['a whole text']);
  });
});

describe('a doubtful state', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['half a text', () => writeFile(file, 'half'), 'half'],
    ['an empty file', () => writeFile(file, ''), 'lost: empty'],
    ['no file', () => rm(file), 'lost: none'],
  ])('%s is told when it lasts, once, and so is what follows', async (_what, spoil, words) => {
    await writeFile(file, 'old');
    await watch();
    await spoil();
    await lookUntilLasting();
    expect(told).toEqual([words]);
    await look(POLL_MS);
    await writeFile(file, 'mended');
    await look(POLL_MS);
    await look(SETTLE_MS);
    expect(told).toEqual([words, 'mended']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['half a text', () => writeFile(file, 'half')],
    ['an empty file', () => writeFile(file, '')],
    ['no file', () => rm(file)],
  ])('%s is not told when it passes', async (_what, spoil) => {
    await writeFile(file, 'old');
    await watch();
    await spoil();
    await look(POLL_MS);
    await look(SETTLE_MS);
    await look(SETTLE_MS);
    await writeFile(file, 'whole');
    await look(SETTLE_MS);
    await look(SETTLE_MS);
    expect(told).toEqual(['whole']);
  });
});

it('a failure to read is told, and the next change is not missed', async () => {
  await writeFile(file, 'old');
  let isBroken = true;
  await watch({
    read: () => (isBroken ? Promise.reject(new Error('no memory')) : readFile(file, 'utf8')),
  });
  await writeFile(file, 'first');
  await look(POLL_MS);
  await look(SETTLE_MS);
  expect(told).toEqual(['failed: Error: no memory']);
  isBroken = false;
  await writeFile(file, 'second');
  await look(POLL_MS);
  await look(SETTLE_MS);
  expect(told).toEqual(['failed: Error: no memory', 'second']);
});

describe('when it is over', () => {
  it('no time is waited for', async () => {
    await watch();
    stop();
    expect(clock.waiting()).toEqual([]);
  });

  it('what is just being read is not told any more', async () => {
    await writeFile(file, 'old');
    let read = (_text: string): void => undefined;
    const isReading = new Promise<void>((begun) => {
      void watch({
        read: () => {
          begun();
          return new Promise((resolve) => {
            read = resolve;
          });
        },
      });
    });
    await clock.whenWaiting(POLL_MS);
    await writeFile(file, 'newer');
    await look(POLL_MS);
    await clock.advance(SETTLE_MS);
    await isReading;
    stop();
    read('newer');
    await clock.advance(0);
    expect([told, clock.waiting()]).toEqual([[], []]);
  });
});

describe('stampOf', () => {
  it.each([
    ['nothing', 'missing.yaml', { kind: 'none', text: 'none' }, 'there is nothing to read'],
    ['a folder', '.', { kind: 'none', text: 'none' }, 'as little as in a pipe, which can be read only once'],
    ['a path through a file', 'file/x', { kind: 'file', text: 'ENOTDIR' }, 'reading will say what is wrong'],
  ])('takes %s for %j: %j (%s)', async (_what, name, stamp) => {
    await writeFile(join(folder, 'file'), 'x');
    expect(await stampOf(join(folder, name))).toEqual(stamp);
  });
});
