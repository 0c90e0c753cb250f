// The request log and the error log: which line goes to which. The lines are made in file-log-lines.ts, the files
// written in storage/.
import { resolve } from 'node:path';
import type { Clock } from '../std/clock.ts';
import type { NewEntry } from './entry.ts';
import { exchangeLine, faultLine } from './file-log-lines.ts';
import type { LineContents } from './file-log-lines.ts';
import type { ErrorLoggingOptions, LoggingOptions } from './options.ts';
import type { LogLimits } from './rotation.ts';

const BYTES_PER_MB = 1024 * 1024;
const MS_PER_DAY = 24 * 60 * 60 * 1_000;
/** What a line takes besides its bodies, roughly. */
const COURSE_BYTES = 2_000;

/** Files that lines are added to. */
export interface LineFiles {
  /**
   * Takes a line, without its end; returns at once. The line is made when it is written, or never, if too much waits already.
   * @param roughBytes how long it will be
   */
  add(line: () => Buffer, roughBytes: number): void;
  /** Lines that were not written since the start. */
  readonly dropped: number;
  /** Writes what waits. */
  close(): Promise<void>;
}

/** Opens the files of one log; the limits are asked for whenever something is written. */
export type OpenLineFiles = (log: 'requests' | 'errors', limits: () => LogLimits) => LineFiles;

/** The sections `logging` and `error_logging`. */
export interface FileLogOptions {
  readonly logging: LoggingOptions;
  readonly error_logging: ErrorLoggingOptions;
}

export interface FileLogs {
  /** Logs an exchange that is over. */
  exchange(entry: NewEntry): void;
  /** Logs a mistake of First Hop's own. */
  fault(error: unknown): void;
  /** Lines that could not be written since the start. */
  readonly dropped: { readonly requests: number; readonly errors: number };
  /** Writes what waits. */
  close(): Promise<void>;
}

/**
 * Nothing is opened before there is something to write.
 * @param options as they are now: a changed configuration is followed
 * @param base where a relative folder starts
 */
export function startFileLogs(
  options: () => FileLogOptions,
  base: string,
  open: OpenLineFiles,
  clock: Clock,
): FileLogs {
  const requests = open('requests', () => limitsOf(options().logging, base));
  const errors = open('errors', () => limitsOf(options().error_logging, base));
  return {
    exchange(entry) {
      const { logging, error_logging } = options();
      const roughBytes = entry.bodies.reduce((sum, body) => sum + (body?.length ?? 0), COURSE_BYTES);
      if (logging.enabled) requests.add(() => exchangeLine(entry, contentsOf(logging)), roughBytes);
      if (error_logging.enabled && entry.summary.end.kind === 'failed')
        errors.add(() => exchangeLine(entry, errorContentsOf(error_logging)), roughBytes);
    },
    fault(error) {
      const { enabled, include_stack_traces: withStack } = options().error_logging;
      const wallMs = clock.wallMs();
      if (enabled) errors.add(() => Buffer.from(faultLine(error, withStack, wallMs)), COURSE_BYTES);
    },
    get dropped() {
      return { requests: requests.dropped, errors: errors.dropped };
    },
    async close() {
      await Promise.all([requests.close(), errors.close()]);
    },
  };
}

function limitsOf(
  options: Pick<LoggingOptions, 'folder' | 'max_file_size_mb' | 'max_files' | 'max_age_days'>,
  base: string,
): LogLimits {
  return {
    folder: resolve(base, options.folder),
    maxFileBytes: options.max_file_size_mb * BYTES_PER_MB,
    maxFiles: options.max_files,
    maxAgeMs: options.max_age_days * MS_PER_DAY,
  };
}

function contentsOf(options: LoggingOptions): LineContents {
  return {
    requests: options.include_request_data,
    replies: options.include_response_data,
    headers: options.include_headers,
    timing: options.include_timing,
  };
}

function errorContentsOf({
  include_request_context: context,
  include_timing: timing,
}: ErrorLoggingOptions): LineContents {
  return { requests: context, replies: true, headers: context, timing };
}
