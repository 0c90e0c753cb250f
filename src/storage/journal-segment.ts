// One piece of the journal as a file, only ever appended to: for each exchange a line of JSON with its summary and the
// sizes of what follows, then the rest of it as it came, but for what of a request lies in the file already. Whatever
// a crash has torn stands at the end, and is not whole.
import { open, readFile, rm, stat } from 'node:fs/promises';
import { statSync } from 'node:fs';
import { isObject, parseJson } from '../std/json.ts';
import type { Body, EntryToKeep, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { Searched } from '../journal/match.ts';
import { EarlierBodies } from './journal-shared.ts';
import type { Shared } from './journal-shared.ts';
import { Pieces } from './pieces.ts';

const NOT_KEPT = -1;
/** Of the parts of an entry (its details, then its bodies): the request, as received and as sent. */
const MAY_BE_SHARED: ReadonlySet<number> = new Set([1, 2]);
const LINE_FEED = 0x0a;
const END = Buffer.of(LINE_FEED);

/** Removes the file; what can not be removed now, because somebody else holds it, is in nobody's way. */
export async function removeSegment(file: string): Promise<void> {
  await Promise.allSettled([rm(file, { force: true })]);
}

/** What is known of a segment from outside. */
export interface SegmentState {
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly lastWrittenAt: number;
}

/** Of a file that another process has just removed: that it is empty, and old. */
export function stateOf(file: string): Promise<SegmentState> {
  return stat(file).then(
    ({ size: bytes, mtimeMs: lastWrittenAt }) => ({ bytes, lastWrittenAt }),
    () => ({ bytes: 0, lastWrittenAt: 0 }),
  );
}

/** A segment that is being written: its file stays open, for opening it costs more than a few entries do. */
export interface SegmentWriter {
  readonly bytes: number;
  /** Whether nobody has removed, moved or changed its file: only then may more be appended. */
  isAsLeft(): boolean;
  /** Rejects with Node's error: what was written then is unknown, and nothing more is to be appended. */
  append(entries: readonly EntryToKeep[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a segment in a folder that is there; rejects with Node's error. Only what is empty may be appended to. */
export async function beginSegment(file: string): Promise<SegmentWriter> {
  const handle = await open(file, 'a', 0o600);
  const begun = await handle.stat();
  const earlier = new EarlierBodies();
  const pieces = new Pieces();
  let bytes = begun.size;
  return {
    get bytes() {
      return bytes;
    },
    isAsLeft() {
      // At once: what is known of a file in use is in memory, and a detour through a thread costs twenty times as much.
      const state = statSync(file, { throwIfNoEntry: false });
      return state?.ino === begun.ino && state.size === bytes;
    },
    async append(entries) {
      layOut(entries, bytes, earlier, pieces);
      const size = pieces.bytes;
      await writeAll(handle, pieces.take(), size);
      bytes += size;
    },
    close: () => handle.close(),
  };
}

/** What is appended, put together in `pieces`; `begin` is where the file ends now. */
function layOut(
  entries: readonly EntryToKeep[],
  begin: number,
  earlier: EarlierBodies,
  pieces: Pieces,
): void {
  for (const { summaryJson, detailsJson, bodies } of entries) {
    const parts: Buffer[] = [];
    const whole: { readonly behindLine: number; readonly part: Buffer }[] = [];
    let sizes = '';
    let shared = '';
    let bytes = 0;
    let index = 0;
    for (const body of [detailsJson, ...bodies]) {
      const part = body === undefined ? undefined : bytesOf(body);
      const mayBeShared = part !== undefined && MAY_BE_SHARED.has(index);
      const common = mayBeShared ? earlier.find(part) : undefined;
      const own = part && withoutShared(part, common);
      if (mayBeShared && common === undefined) whole.push({ behindLine: bytes, part });
      if (common !== undefined) shared += `${shared === '' ? '' : ','}${sharedJson(index, common)}`;
      sizes += `${index === 0 ? '' : ','}${own?.length ?? NOT_KEPT}`;
      if (own !== undefined && own.length > 0) parts.push(own);
      bytes += own?.length ?? 0;
      index += 1;
    }
    const allShared = shared === '' ? '' : `,"shared":[${shared}]`;
    pieces.addText(`{"sizes":[${sizes}]${allShared},"summary":${summaryJson}}\n`);
    const lineEnd = begin + pieces.bytes;
    for (const { behindLine, part } of whole) earlier.add(lineEnd + behindLine, part);
    for (const part of parts) pieces.add(part);
    pieces.add(END);
  }
}

function sharedJson(part: number, { headAt, headBytes, tailAt, tailBytes }: Shared): string {
  return `{"part":${part},"headAt":${headAt},"headBytes":${headBytes},"tailAt":${tailAt},"tailBytes":${tailBytes}}`;
}

function withoutShared(part: Buffer, shared: Shared | undefined): Buffer {
  return shared === undefined ? part : part.subarray(shared.headBytes, part.length - shared.tailBytes);
}

function bytesOf(part: Body): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

/** What of a FileHandle is used here. */
interface PartialWriter {
  writev(pieces: Buffer[]): Promise<{ readonly bytesWritten: number }>;
  writeFile(data: Buffer): Promise<void>;
}

/** Without copying them together first. A disk that takes a part only is asked once more, and tells why then. Exported for the tests. */
export async function writeAll(file: PartialWriter, pieces: Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten < size) await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

/** An entry of a segment that was read. */
export interface SegmentEntry {
  readonly summary: ExchangeSummary;
  /** Puts together what is asked for less often. */
  readonly rest: () => Rest;
}

/** The details and the bodies of an entry. */
export interface Rest extends Searched {
  readonly parts: readonly (string | undefined)[];
}

/** The bytes of a segment; empty where there is none. */
export async function readSegment(file: string): Promise<Buffer> {
  return readFile(file).catch(() => Buffer.alloc(0));
}

/** The entries that are whole, oldest first. */
export function* wholeEntries(bytes: Buffer): Generator<SegmentEntry> {
  for (let from = 0; from < bytes.length;) {
    const lineEnd = bytes.indexOf(LINE_FEED, from);
    const line = lineEnd < 0 ? undefined : readLine(parseJson(bytes.toString('utf8', from, lineEnd)));
    if (line === undefined) return;
    const at = lineEnd + 1;
    const end = at + line.sizes.reduce((sum, size) => sum + Math.max(0, size), 0);
    // Without its end it was torn, or is being written.
    if (end >= bytes.length) return;
    yield { summary: line.summary, rest: () => restOf(bytes, at, line) };
    from = end + 1;
  }
}

interface Line {
  readonly summary: ExchangeSummary;
  /** Bytes of each part; -1: there is none. Of a part that has something in common with an earlier one, what is its own. */
  readonly sizes: readonly number[];
  /** What stands around that, of the parts with these indices; absent where no part has anything in common. */
  readonly shared?: readonly (Shared & { readonly part: number })[];
}

function readLine(value: unknown): Line | undefined {
  if (!isObject(value) || !isObject(value['summary']) || !Array.isArray(value['sizes'])) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has these fields has been written by `append`: JSON does not survive being torn
  return value as unknown as Line;
}

function restOf(bytes: Buffer, at: number, { sizes, shared = [] }: Line): Rest {
  let from = at;
  const parts = sizes.map((size, part) => {
    if (size === NOT_KEPT) return undefined;
    const own = bytes.subarray(from, from + size);
    from += size;
    const around = shared.find((each) => each.part === part);
    if (around === undefined) return own.toString('utf8');
    const { headAt, headBytes, tailAt, tailBytes } = around;
    const head = bytes.subarray(headAt, headAt + headBytes);
    return Buffer.concat([head, own, bytes.subarray(tailAt, tailAt + tailBytes)]).toString('utf8');
  });
  const [detailsJson = '', ...bodies] = parts;
  return { detailsJson, bodies: bodies.filter((body) => body !== undefined), parts };
}

/** The entry as it was kept; undefined where its details are not whole. */
export function entryOf(
  summary: ExchangeSummary,
  parts: readonly (string | undefined)[],
): JournalEntry | undefined {
  const [detailsJson = '', received, sent, replied, told] = parts;
  const details = parseJson(detailsJson);
  if (!isObject(details) || !Array.isArray(details['tries'])) return undefined;
  return {
    ...summary,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by newEntry
    ...(details as unknown as Pick<JournalEntry, 'tries' | 'headers'>),
    ...bodyPair('request', received, sent),
    ...bodyPair('reply', replied, told),
  };
}

function bodyPair(name: 'request' | 'reply', received: string | undefined, sent: string | undefined): object {
  if (received === undefined && sent === undefined) return {};
  return {
    [name]: { ...(received !== undefined && { received }), ...(sent !== undefined && { sent }) },
  };
}
