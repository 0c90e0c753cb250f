// One piece of the journal as files: `NAME.jsonl` with a line for each exchange, its summary and where the rest of it
// is; and `NAME.bodies` with that rest, as it came, but for what of a request lies there already. The rest is written
// first, so a line that is there is true; a line that was torn by a crash is no JSON and is passed over.
import { open, readFile, rm, stat } from 'node:fs/promises';
import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isObject, parseJson } from '../std/json.ts';
import type { Body, EntryToKeep, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { Searched } from '../journal/match.ts';
import { EarlierBodies } from './journal-shared.ts';
import type { Shared } from './journal-shared.ts';

/** What lies in the bodies file for an entry, in this order: its details, then its bodies. */
const PARTS = 5;
const NOT_KEPT = -1;
/** The request, as received and as sent. */
const MAY_BE_SHARED: ReadonlySet<number> = new Set([1, 2]);

/** A line of a segment. */
export interface SegmentLine {
  readonly summary: ExchangeSummary;
  /** Where the parts begin in the bodies file. */
  readonly at: number;
  /** Bytes of each part; -1: there is none. Of a part that has something in common with an earlier one, what is its own. */
  readonly sizes: readonly number[];
  /** What stands around that, of the parts with these indices; absent where no part has anything in common. */
  readonly shared?: readonly SharedPart[];
}

interface SharedPart extends Shared {
  readonly part: number;
}

export function linesFile(segment: string): string {
  return `${segment}.jsonl`;
}

export function bodiesFile(segment: string): string {
  return `${segment}.bodies`;
}

/**
 * Removes both files; the texts first, which nobody would find without the lines. What can not be removed now, because
 * somebody else holds it, is in nobody's way.
 */
export async function removeSegment(segment: string): Promise<void> {
  await Promise.allSettled([rm(bodiesFile(segment), { force: true })]);
  await Promise.allSettled([rm(linesFile(segment), { force: true })]);
}

/** Bytes of both files. */
export async function sizeOf(segment: string): Promise<number> {
  const sizes = await Promise.all([linesFile(segment), bodiesFile(segment)].map(fileSize));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function fileSize(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** A segment that is being written: its files stay open, for opening them costs more than a few entries do. */
export interface SegmentWriter {
  /** Bytes of both files. */
  readonly bytes: number;
  /** Whether nobody has removed, moved or changed its files: only then may more be appended. */
  isAsLeft(): boolean;
  /** Rejects with Node's error: what was written then is unknown, and nothing more is to be appended. */
  append(entries: readonly EntryToKeep[]): Promise<void>;
  close(): Promise<void>;
}

/** Begins a segment in a folder that is there; rejects with Node's error. */
export async function beginSegment(segment: string): Promise<SegmentWriter> {
  const lines = await open(linesFile(segment), 'a', 0o600);
  const bodies = await open(bodiesFile(segment), 'a', 0o600).catch(async (error: unknown) => {
    await lines.close();
    await removeSegment(segment);
    throw error;
  });
  // Nothing is in them, unless two processes have had the same idea in the same millisecond.
  const begun = { lines: await lines.stat(), bodies: await bodies.stat() };
  let bodiesEnd = begun.bodies.size;
  let linesEnd = 0;
  let linesSize = begun.lines.size;
  const earlier = new EarlierBodies();
  return {
    get bytes() {
      return bodiesEnd + linesSize;
    },
    isAsLeft() {
      // At once: what is known of files in use is in memory, and a detour through a thread costs twenty times as much.
      const lineState = statSync(linesFile(segment), { throwIfNoEntry: false });
      const bodyState = statSync(bodiesFile(segment), { throwIfNoEntry: false });
      linesSize = lineState?.size ?? 0;
      return (
        lineState?.ino === begun.lines.ino &&
        bodyState?.ino === begun.bodies.ino &&
        bodyState.size === bodiesEnd
      );
    },
    async append(entries) {
      const { rest, restBytes, text } = laidOut(entries, bodiesEnd, earlier);
      await writeAll(bodies, rest, restBytes);
      bodiesEnd += restBytes;
      // Another size than it was left at: somebody has cut a line, so the next one begins on a fresh line.
      const line = Buffer.from(linesSize === linesEnd ? text : `\n${text}`);
      await lines.writeFile(line);
      linesEnd = linesSize + line.length;
      linesSize = linesEnd;
    },
    async close() {
      await Promise.all([bodies.close(), lines.close()]);
    },
  };
}

/** What is appended to both files. */
interface LaidOut {
  readonly rest: readonly Buffer[];
  readonly restBytes: number;
  readonly text: string;
}

function laidOut(entries: readonly EntryToKeep[], bodiesEnd: number, earlier: EarlierBodies): LaidOut {
  const rest: Buffer[] = [];
  let at = bodiesEnd;
  let text = '';
  for (const { summaryJson, detailsJson, bodies } of entries) {
    const begunAt = at;
    const shared: SharedPart[] = [];
    const sizes = [detailsJson, ...bodies].map((part, index) => {
      if (part === undefined) return NOT_KEPT;
      const bytes = bytesOf(part);
      const own = MAY_BE_SHARED.has(index) ? ownOf(bytes, index, at, earlier, shared) : bytes;
      rest.push(own);
      at += own.length;
      return own.length;
    });
    const sharedJson = shared.length === 0 ? '' : `,"shared":${JSON.stringify(shared)}`;
    text += `{"at":${begunAt},"sizes":[${sizes.join(',')}]${sharedJson},"summary":${summaryJson}}\n`;
  }
  return { rest, restBytes: at - bodiesEnd, text };
}

/** What of a part has to be written; what it has in common with an earlier one is added to `shared`. */
function ownOf(
  bytes: Buffer,
  part: number,
  at: number,
  earlier: EarlierBodies,
  shared: SharedPart[],
): Buffer {
  const found = earlier.find(bytes);
  if (found === undefined) {
    earlier.add(at, bytes);
    return bytes;
  }
  shared.push({ part, ...found });
  return bytes.subarray(found.headBytes, bytes.length - found.tailBytes);
}

/** Without copying them together first. A disk that takes a part only is asked once more, and tells why then. */
async function writeAll(file: FileHandle, parts: readonly Buffer[], size: number): Promise<void> {
  const { bytesWritten } = await file.writev([...parts]);
  if (bytesWritten < size) await file.writeFile(Buffer.concat(parts).subarray(bytesWritten));
}

function bytesOf(part: Body): Buffer {
  return typeof part === 'string' ? Buffer.from(part) : part;
}

/** The bytes of the lines file; empty where there is none. */
export async function readLines(segment: string): Promise<Buffer> {
  return readFile(linesFile(segment)).catch(() => Buffer.alloc(0));
}

/** The lines that are whole, oldest first. */
export function* wholeLines(bytes: Buffer): Generator<SegmentLine> {
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0x0a, from);
    // Without its end it was torn, or is being written.
    if (end < 0) return;
    const line = lineOf(parseJson(bytes.toString('utf8', from, end)));
    if (line !== undefined) yield line;
    from = end + 1;
  }
}

function lineOf(value: unknown): SegmentLine | undefined {
  if (!isObject(value) || !isObject(value['summary']) || !Array.isArray(value['sizes'])) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what has these fields has been written by `append`: JSON does not survive being torn
  return value as unknown as SegmentLine;
}

/** The rest of an entry, as it lies on disk; undefined where it is not whole. */
export interface Rest extends Searched {
  readonly parts: readonly (string | undefined)[];
}

/** Bytes of the bodies file, and where they lie there. */
interface Piece {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Reads the rest of one entry. */
export async function readRest(handle: FileHandle, line: SegmentLine): Promise<Rest | undefined> {
  const read = async (at: number, size: number): Promise<Piece> => {
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await handle.read(bytes, 0, size, at);
    return { at, bytes: bytes.subarray(0, bytesRead) };
  };
  const own = await read(
    line.at,
    line.sizes.reduce((sum, size) => sum + Math.max(0, size), 0),
  );
  const pieces = [own];
  for (const { headAt, headBytes, tailAt, tailBytes } of line.shared ?? [])
    pieces.push(await read(headAt, headBytes), await read(tailAt, tailBytes));
  return restIn(pieces, line);
}

/** The rest of an entry, from bytes of the bodies file. */
export function restIn(pieces: readonly Piece[], { at, sizes, shared }: SegmentLine): Rest | undefined {
  let from = at;
  const parts: (string | undefined)[] = [];
  for (const [part, size] of sizes.slice(0, PARTS).entries()) {
    if (size === NOT_KEPT) {
      parts.push(undefined);
      continue;
    }
    const own = cut(pieces, from, size);
    from += size;
    const around = shared?.find((each) => each.part === part);
    const whole = around === undefined ? own : joined(pieces, own, around);
    if (whole === undefined) return undefined;
    parts.push(whole.toString('utf8'));
  }
  const [detailsJson = '', ...bodies] = parts;
  return { detailsJson, bodies: bodies.filter((body) => body !== undefined), parts };
}

function joined(
  pieces: readonly Piece[],
  own: Buffer | undefined,
  { headAt, headBytes, tailAt, tailBytes }: Shared,
): Buffer | undefined {
  const head = cut(pieces, headAt, headBytes);
  const tail = cut(pieces, tailAt, tailBytes);
  return head === undefined || own === undefined || tail === undefined
    ? undefined
    : Buffer.concat([head, own, tail]);
}

/** Undefined where they are not all there. */
function cut(pieces: readonly Piece[], at: number, size: number): Buffer | undefined {
  for (const { at: pieceAt, bytes } of pieces) {
    const from = at - pieceAt;
    if (from >= 0 && from + size <= bytes.length) return bytes.subarray(from, from + size);
  }
  return undefined;
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
