// One piece of the journal as files: `NAME.jsonl` with a line for each exchange, its summary and where the rest of it
// is; and `NAME.bodies` with that rest, as it came. The rest is written first, so a line that is there is true; a line
// that was torn by a crash is no JSON and is passed over.
import { open, readFile, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { isObject, parseJson } from '../std/json.ts';
import type { Body, ExchangeSummary, JournalEntry, NewEntry } from '../journal/entry.ts';
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

/** Where a segment ends: bytes of its files. */
export interface SegmentEnd {
  readonly lines: number;
  readonly bodies: number;
}

/** Appends entries to where the segment ended the last time; rejects with Node's error. Returns its new end. */
export async function append(
  segment: string,
  entries: readonly NewEntry[],
  endedAt: SegmentEnd,
): Promise<SegmentEnd> {
  const chunks: Uint8Array[] = [];
  const pending: { readonly summaryJson: string; readonly at: number; readonly sizes: readonly number[] }[] =
    [];
  let length = 0;
  for (const { summaryJson, detailsJson, bodies } of entries) {
    const at = length;
    const sizes = [detailsJson, ...bodies].map((part) => {
      if (part === undefined) return NOT_KEPT;
      const bytes = bytesOf(part);
      chunks.push(bytes);
      length += bytes.length;
      return bytes.length;
    });
    pending.push({ summaryJson, at, sizes });
  }
  const base = await appending(bodiesFile(segment), (size) => ({ chunks, result: size }));
  const text = pending
    .map(
      ({ summaryJson, at, sizes }) =>
        `{"at":${base + at},"sizes":[${sizes.join(',')}],"summary":${summaryJson}}\n`,
    )
    .join('');
  const lines = await appending(linesFile(segment), (size) => {
    // Another size than the last time's: a line was torn, so the next one begins on a fresh line.
    const line = Buffer.from(size === endedAt.lines ? text : `\n${text}`);
    return { chunks: [line], result: size + line.length };
  });
  return { lines, bodies: base + length };
}

async function appending<Result>(
  file: string,
  what: (size: number) => { readonly chunks: readonly Uint8Array[]; readonly result: Result },
): Promise<Result> {
  const handle = await open(file, 'a', 0o600);
  try {
    const { chunks, result } = what((await handle.stat()).size);
    await handle.writeFile(Buffer.concat(chunks));
    return result;
  } finally {
    await handle.close();
  }
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
