// The journal in plain files, for every Node: segments that are only ever appended to, the oldest removed as a whole.
// A segment at a time is in memory while it is read; each process writes to segments of its own. The form of a segment is
// journal-segment.ts's.
import { mkdir, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Clock } from '../std/clock.ts';
import type { EntryToKeep, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import { matcherOf } from '../journal/match.ts';
import type { Matcher } from '../journal/match.ts';
import type { JournalQuery, JournalStore, Retention } from '../journal/store.ts';
import {
  beginSegment,
  entryOf,
  readSegment,
  removeSegment,
  stateOf,
  wholeEntries,
} from './journal-segment.ts';
import type { SegmentEntry, SegmentState, SegmentWriter } from './journal-segment.ts';
import type { Trouble } from './journal-trouble.ts';
import { takingTurns } from './journal-turns.ts';

/** `exchanges-`, when it was begun in milliseconds since the epoch, and a few letters of chance. */
const SEGMENT = /^exchanges-(\d{15})-[a-z0-9]{4}\.journal$/;
/** Anything of this store's, in whichever form. */
const ANY_FORM = /^exchanges-\d{15}-[a-z0-9]{4}\.(?:journal|jsonl|bodies)$/;
/** What earlier builds kept, in two files a segment: not read any more, but it is to go when it is too old. */
const EARLIER_FORM = /^exchanges-\d{15}-[a-z0-9]{4}\.(?:jsonl|bodies)$/;
/** The journal's size is kept in steps of this part of it. */
const SEGMENTS_IN_FULL = 32;
const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;
const MIN_SEGMENT_BYTES = 64 * 1024;
/** Its age is kept in steps of a day. */
const MAX_SEGMENT_AGE_MS = 24 * 60 * 60 * 1_000;
const TIDY_UP_EVERY_MS = 60 * 60 * 1_000;

/** A segment, by the path of its file. */
interface Segment {
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly begunAt: number;
}

/** The segments of a folder, oldest first; none where there is no folder. */
async function segmentsIn(folder: string): Promise<readonly Segment[]> {
  const paths = await filesIn(folder, SEGMENT);
  return paths.map((path) => ({ path, begunAt: Number(SEGMENT.exec(basename(path))?.[1]) }));
}

async function filesIn(folder: string, name: RegExp): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((each) => name.test(each))
    .toSorted((a, b) => a.localeCompare(b))
    .map((each) => join(folder, each));
}

/** Whether a folder has anything of this store's, in whichever form. */
export async function hasSegments(folder: string): Promise<boolean> {
  return (await filesIn(folder, ANY_FORM)).length > 0;
}

/** Nothing is opened until something is written or asked for. */
export function openFileStore(
  folder: string,
  retention: () => Retention,
  clock: Clock,
  trouble: Trouble,
): JournalStore {
  const writer = writerTo(folder, retention, clock);
  const latest = new LatestIndexes();
  /** All writing, one batch after the other. */
  let written: Promise<void> = Promise.resolve();
  const write = async (entries: readonly EntryToKeep[]): Promise<void> => {
    try {
      await writer.write(entries);
      trouble.works();
    } catch (error) {
      trouble.failed(error, entries.length);
    }
  };
  return {
    write(entries) {
      written = written.then(() => write(entries));
      return written;
    },
    list: (query) => newestFirst(folder, query, clock),
    get: (id) => entryWith(folder, id, latest),
    entries: () => oldestFirst(folder),
    get dropped() {
      return trouble.dropped;
    },
    close: () => written.then(() => writer.close()),
  };
}

interface Writer {
  /** Rejects with Node's error. */
  write(entries: readonly EntryToKeep[]): Promise<void>;
  close(): Promise<void>;
}

function writerTo(folder: string, retention: () => Retention, clock: Clock): Writer {
  let current: (Segment & SegmentWriter) | undefined;
  let tidiedUpAtMs = -Infinity;
  /** Looking at each file each time costs more than writing, when segments fill fast. */
  const known: KnownSegments = new Map();
  const isFull = ({ begunAt, bytes }: Segment & SegmentWriter): boolean => {
    const share = retention().maxBytes / SEGMENTS_IN_FULL;
    const limit = Math.min(MAX_SEGMENT_BYTES, Math.max(MIN_SEGMENT_BYTES, share));
    return clock.wallMs() - begunAt > MAX_SEGMENT_AGE_MS || bytes >= limit;
  };
  const close = async (): Promise<void> => {
    const closing = current;
    current = undefined;
    await closing?.close();
  };
  return {
    async write(entries) {
      if (current !== undefined && isFull(current)) {
        known.set(current.path, { bytes: current.bytes, lastWrittenAt: clock.wallMs() });
        await close();
        await tidyUp(folder, retention(), clock, known);
      }
      if (current !== undefined && !current.isAsLeft()) await close();
      if (clock.nowMs() - tidiedUpAtMs > TIDY_UP_EVERY_MS) {
        tidiedUpAtMs = clock.nowMs();
        // Other processes write here, too.
        known.clear();
        await tidyUp(folder, retention(), clock, known, current);
      }
      if (entries.length === 0) return;
      try {
        current ??= await newSegment(folder, clock);
        await current.append(entries);
      } catch (error) {
        const { path, bytes } = current ?? {};
        await Promise.allSettled([close()]);
        // One that has never taken anything is in the way.
        if (path !== undefined && bytes === 0) await removeSegment(path);
        throw error;
      }
    },
    close,
  };
}

async function newSegment(folder: string, clock: Clock): Promise<Segment & SegmentWriter> {
  const begunAt = Math.round(clock.wallMs());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (let chance = Math.floor(clock.random() * 36 ** 3); ; chance += 1) {
    const name = `${String(begunAt).padStart(15, '0')}-${chance.toString(36).padStart(4, '0')}`;
    const path = join(folder, `exchanges-${name}.journal`);
    const writer = await beginSegment(path);
    if (writer.bytes === 0) return Object.assign(writer, { path, begunAt });
    // Two processes have had the same idea in the same millisecond, or somebody has cut it.
    await writer.close();
  }
}

/** What was seen of segments, by their paths. */
type KnownSegments = Map<string, SegmentState>;

/** Removes what is too old, and the oldest while all of it is too much. */
async function tidyUp(
  folder: string,
  { maxAgeMs, maxBytes }: Retention,
  clock: Clock,
  known: KnownSegments,
  current?: Segment,
): Promise<void> {
  const segments = (await segmentsIn(folder)).toReversed();
  let bytesInAll = 0;
  for (const { path } of segments) {
    const state = known.get(path) ?? (await stateOf(path));
    bytesInAll += state.bytes;
    const isTooOld = clock.wallMs() - state.lastWrittenAt > maxAgeMs;
    if (path !== current?.path && (isTooOld || bytesInAll > maxBytes)) {
      known.delete(path);
      await removeSegment(path);
    } else if (path !== current?.path) known.set(path, state);
  }
  for (const path of (await filesIn(folder, EARLIER_FORM)).toReversed()) {
    const { bytes, lastWrittenAt } = await stateOf(path);
    bytesInAll += bytes;
    if (clock.wallMs() - lastWrittenAt > maxAgeMs || bytesInAll > maxBytes) await removeSegment(path);
  }
}

/**
 * Entries stand in the order in which exchanges ended, and are asked for in the order in which they began: one that took
 * long may stand in a newer segment than others that began after it. But none in a segment began after a newer segment
 * did, so reading can end when that many have been found from there on.
 */
async function newestFirst(
  folder: string,
  query: JournalQuery,
  clock: Clock,
): Promise<readonly ExchangeSummary[]> {
  const matcher = matcherOf(query);
  const turn = takingTurns(clock);
  let found: ExchangeSummary[] = [];
  for (const { path, begunAt } of (await segmentsIn(folder)).toReversed()) {
    found.push(...(await matching(path, matcher, turn)));
    found = found.sort((a, b) => b.startedAt - a.startedAt).slice(0, query.limit);
    const last = found[query.limit - 1];
    if (last !== undefined && last.startedAt >= begunAt) break;
    if (query.since !== undefined && begunAt <= query.since) break;
  }
  return found;
}

async function matching(
  path: string,
  { fits, isIn, isInside }: Matcher,
  turn: () => Promise<void> | undefined,
): Promise<readonly ExchangeSummary[]> {
  const found: ExchangeSummary[] = [];
  for (const { summary, rest } of wholeEntries(await readSegment(path))) {
    await turn();
    if (fits(summary) && (isIn(summary) || isInside(rest()))) found.push(summary);
  }
  return found;
}

async function entryWith(
  folder: string,
  id: string,
  latest: LatestIndexes,
): Promise<JournalEntry | undefined> {
  for (const { path } of (await segmentsIn(folder)).toReversed()) {
    const entry = (await latest.of(path, id))?.get(id);
    if (entry !== undefined) return inFull(entry);
  }
  return undefined;
}

type SegmentIndex = ReadonlyMap<string, SegmentEntry>;

const MAX_INDEXES = 2;

/** Who asks for one entry asks for its neighbours too: what was read for the last ones stays, as long as nobody needs the memory. */
class LatestIndexes {
  #kept: { readonly path: string; readonly bytes: number; readonly index: WeakRef<SegmentIndex> }[] = [];

  /** The entries of a segment by their ids; undefined where the one that is looked for is not among them. */
  async of(path: string, id: string): Promise<SegmentIndex | undefined> {
    const { bytes: size } = await stateOf(path);
    const kept = this.#kept.find((each) => each.path === path && each.bytes === size)?.index.deref();
    if (kept !== undefined) return kept;
    const bytes = await readSegment(path);
    if (!bytes.includes(`"id":${JSON.stringify(id)}`)) return undefined;
    const index = new Map<string, SegmentEntry>();
    for (const entry of wholeEntries(bytes)) index.set(entry.summary.id, entry);
    const others = this.#kept.filter((each) => each.path !== path).slice(0, MAX_INDEXES - 1);
    this.#kept = [{ path, bytes: bytes.length, index: new WeakRef(index) }, ...others];
    return index;
  }
}

async function* oldestFirst(folder: string): AsyncGenerator<JournalEntry> {
  for (const { path } of await segmentsIn(folder)) {
    for (const each of wholeEntries(await readSegment(path))) {
      const entry = inFull(each);
      if (entry !== undefined) yield entry;
    }
  }
}

function inFull({ summary, rest }: SegmentEntry): JournalEntry | undefined {
  return entryOf(summary, rest().parts);
}
