// Log files on disk: lines are collected and appended a batch at a time, whole lines always, so that two processes may
// write to the same file. No file is held open: it may be moved away or removed at any time. What the names mean and
// which files have to go is journal/rotation.ts's.
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock, Timer } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { LineFiles } from '../journal/file-log.ts';
import { dayOf, logFileName, logFilesAmong, outdatedFiles } from '../journal/rotation.ts';
import type { LogFile, LogLimits } from '../journal/rotation.ts';

/** How long lines are collected; a process that is killed loses as much. */
const COLLECT_MS = 400;
/** After a failure, until it is tried again. */
const RECOVER_MS = 10_000;
/** Between two warnings. */
const QUIET_MS = 10 * 60_000;
/** The most that is made and written without a pause for other work. */
const BATCH_BYTES = 256 * 1024;
/** What may wait to be written; what comes on top is dropped. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
const MAX_WAITING_LINES = 10_000;
const LINE_END = Buffer.from('\n');

interface WaitingLine {
  readonly make: () => Buffer;
  readonly roughBytes: number;
}

/** Lines on their way to the disk. */
interface Batch {
  /** What is left of them. */
  bytes: Buffer;
  readonly lines: number;
  /** The file that has got some of them, if one has: the rest belongs behind. */
  path: string | undefined;
}

/**
 * Nothing is opened before there is something to write.
 * @param log how the files' names begin, and what the log is of, in words
 * @param limits asked for whenever something is written
 */
export function openLogFiles(log: string, limits: () => LogLimits, clock: Clock, terminal: Log): LineFiles {
  const waiting = lineQueue();
  let batch: Batch | undefined;
  let timer: Timer | undefined;
  let isClosed = false;
  /** All writing, one after the other; whether the latest has succeeded. */
  let written: Promise<boolean> = Promise.resolve(true);
  const current = currentFile(log, clock);
  const trouble = troubleWith(log, clock, terminal);

  const writeAll = async (): Promise<boolean> => {
    timer = undefined;
    const now = limits();
    try {
      for (batch ??= waiting.next(); batch !== undefined; batch = waiting.next()) {
        await append(batch, batch.path ?? (await current.pathFor(batch.bytes.length, now)));
        waiting.isWritten(batch);
      }
      trouble.isOver(now.folder, waiting.dropped);
      return true;
    } catch (error) {
      trouble.isHere(now.folder, error);
      return false;
    }
  };
  const write = async (): Promise<void> => {
    written = written.then(writeAll);
    if (!(await written) && !isClosed) timer ??= clock.after(RECOVER_MS, () => void write());
  };
  return {
    add(make, roughBytes) {
      if (waiting.add({ make, roughBytes })) timer ??= clock.after(COLLECT_MS, () => void write());
    },
    get dropped() {
      return waiting.dropped;
    },
    async close() {
      isClosed = true;
      timer?.cancel();
      if (!(await written.then(writeAll))) waiting.giveUp();
    },
  };
}

interface LineQueue {
  /** Whether there was room for it. */
  add(line: WaitingLine): boolean;
  /** Makes the next lines; undefined when none wait. */
  next(): Batch | undefined;
  isWritten(batch: Batch): void;
  /** What has not been written will never be. */
  giveUp(): void;
  readonly dropped: number;
}

function lineQueue(): LineQueue {
  const waiting: WaitingLine[] = [];
  let waitingBytes = 0;
  let unwritten = 0;
  let dropped = 0;
  return {
    add(line) {
      if (waiting.length >= MAX_WAITING_LINES || waitingBytes + line.roughBytes > MAX_WAITING_BYTES) {
        dropped += 1;
        return false;
      }
      waiting.push(line);
      unwritten += 1;
      waitingBytes += line.roughBytes;
      return true;
    },
    next() {
      if (waiting.length === 0) return undefined;
      const lines: Buffer[] = [];
      let length = 0;
      while (length < BATCH_BYTES) {
        const line = waiting.shift();
        if (line === undefined) break;
        waitingBytes -= line.roughBytes;
        length += line.roughBytes;
        try {
          lines.push(line.make());
        } catch {
          // A mistake of ours; it must not cost more than this line.
          dropped += 1;
          unwritten -= 1;
        }
      }
      const bytes = Buffer.concat(lines.flatMap((line) => [line, LINE_END]));
      return { bytes, lines: lines.length, path: undefined };
    },
    isWritten(batch) {
      unwritten -= batch.lines;
    },
    giveUp() {
      dropped += unwritten;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** Appends what is left of a batch, and notes how far it has come. */
async function append(batch: Batch, path: string): Promise<void> {
  const handle = await openToAppend(path);
  try {
    while (batch.bytes.length > 0) {
      const { bytesWritten } = await handle.write(batch.bytes);
      batch.bytes = batch.bytes.subarray(bytesWritten);
      batch.path = path;
    }
  } finally {
    await handle.close();
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'a');
}

interface CurrentFile {
  /** The file that so many bytes belong into. What is too much or too old is removed on the way. */
  pathFor(bytes: number, limits: LogLimits): Promise<string>;
}

function currentFile(log: string, clock: Clock): CurrentFile {
  let folder = '';
  let file: LogFile = { day: '', number: 1 };
  const tidyUp = async (limits: LogLimits): Promise<readonly LogFile[]> => {
    const there = logFilesAmong(log, await readdir(folder).catch(() => []));
    for (const old of outdatedFiles(there, limits, clock.wallMs()))
      await rm(join(folder, logFileName(log, old)), { force: true }).catch(() => undefined);
    return there;
  };
  return {
    async pathFor(bytes, limits) {
      const day = dayOf(clock.wallMs());
      if (limits.folder !== folder || day !== file.day) {
        ({ folder } = limits);
        const there = await tidyUp(limits);
        file = there.findLast((other) => other.day === day) ?? { day, number: 1 };
      }
      for (;;) {
        const path = join(folder, logFileName(log, file));
        const size = await stat(path).then(
          (found) => found.size,
          () => undefined,
        );
        // The file about to be begun counts as well.
        if (size === undefined) await tidyUp({ ...limits, maxFiles: limits.maxFiles - 1 });
        if (size === undefined || size === 0 || size + bytes <= limits.maxFileBytes) return path;
        file = { day, number: file.number + 1 };
      }
    },
  };
}

interface Trouble {
  isHere(folder: string, error: unknown): void;
  isOver(folder: string, dropped: number): void;
}

/** Trouble with the disk, told once and again when it is over; not over and over where it comes and goes. */
function troubleWith(log: string, clock: Clock, terminal: Log): Trouble {
  let isTold = false;
  let quietUntilMs = 0;
  return {
    isHere(folder, error) {
      const nowMs = clock.nowMs();
      if (isTold || nowMs < quietUntilMs) return;
      isTold = true;
      quietUntilMs = nowMs + QUIET_MS;
      const why = error instanceof Error ? error.message : String(error);
      terminal.warn(
        `The log of ${log} in ${folder} can not be written: ${why}. Requests are served as ever; it is tried again every ${RECOVER_MS / 1_000} s.`,
      );
    },
    isOver(folder, dropped) {
      if (!isTold) return;
      isTold = false;
      terminal.info(`The log of ${log} in ${folder} is written again; ${dropped} lines are missing.`);
    },
  };
}
