// One piece of the journal as files: `NAME.jsonl` with a line for each exchange, its summary and where the rest of it
// is; and `NAME.bodies` with that rest, as it came. The rest is written first, so a line that is there is true; a line
// that was torn by a crash is no JSON and is passed over.
import { open, readFile, rm, stat } from 'node:fs/promises';
import { statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isObject, parseJson } from '../std/json.ts';
import type { Body, EntryToKeep, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { Searched } from '../journal/match.ts';

/** What lies in the bodies file for an entry, in this order: its details, then its bodies. */
const PARTS = 5;
const NOT_KEPT = -1;

/** A line of a segment. */
export interface SegmentLine {
  readonly summary: ExchangeSummary;
  /** Where the parts begin in the bodies file. */
  readonly at: number;
  /** Bytes of each part; -1: there is none. */
  readonly sizes: readonly number[];
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
      const { rest, restBytes, text } = laidOut(entries, bodiesEnd);
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

function laidOut(entries: readonly EntryToKeep[], bodiesEnd: number): LaidOut {
  const rest: Buffer[] = [];
  let at = bodiesEnd;
  let text = '';
  for (const { summaryJson, detailsJson, bodies } of entries) {
    const begunAt = at;
    const sizes = [detailsJson, ...bodies].map((part) => {
      if (part === undefined) return NOT_KEPT;
      const bytes = bytesOf(part);
      rest.push(bytes);
      at += bytes.length;
      return bytes.length;
    });
    text += `{"at":${begunAt},"sizes":[${sizes.join(',')}],"summary":${summaryJson}}\n`;
  }
  return { rest, restBytes: at - bodiesEnd, text };
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

/** Reads the rest of one entry. */
export async function readRest(handle: FileHandle, line: SegmentLine): Promise<Rest | undefined> {
  const bytes = Buffer.alloc(line.sizes.reduce((sum, size) => sum + Math.max(0, size), 0));
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, line.at);
  return bytesRead < bytes.length ? undefined : restIn(bytes, line.at, line);
}

/** The rest of an entry in bytes that begin at a place of the bodies file. */
export function restIn(bytes: Buffer, beginAt: number, { at, sizes }: SegmentLine): Rest | undefined {
  let from = at - beginAt;
  const parts = sizes.slice(0, PARTS).map((size) => {
    if (size === NOT_KEPT) return undefined;
    from += size;
    return bytes.toString('utf8', from - size, from);
  });
  if (from > bytes.length) return undefined;
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
