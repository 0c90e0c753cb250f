// Which log files there are, by their names, and which of them have to go. Nothing here touches a disk.

const MS_PER_DAY = 24 * 60 * 60 * 1_000;
const NUMBER_DIGITS = 3;

/** Where a log is written and how much of it is kept. */
export interface LogLimits {
  readonly folder: string;
  /** What does not fit any more begins a new file. */
  readonly maxFileBytes: number;
  /** The one that is written to included. */
  readonly maxFiles: number;
  readonly maxAgeMs: number;
}

/** One file of a log: a day in UTC, as `2026-01-31`, and its number within that day, from 1. */
export interface LogFile {
  readonly day: string;
  readonly number: number;
}

/** The day of a time in milliseconds since the epoch, in UTC: no day is longer than another, or comes twice. */
export function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}

/** For example `requests-2026-01-31-001.jsonl`. */
export function logFileName(log: string, { day, number }: LogFile): string {
  return `${log}-${day}-${String(number).padStart(NUMBER_DIGITS, '0')}.jsonl`;
}

/** Those of a log among the names in its folder, oldest first. */
export function logFilesAmong(log: string, names: readonly string[]): readonly LogFile[] {
  return names
    .flatMap((name) => {
      const [, day, number] = /-(\d{4}-\d\d-\d\d)-(\d{3,9})\.jsonl$/.exec(name) ?? [];
      const file = day === undefined ? undefined : { day, number: Number(number) };
      return file !== undefined && logFileName(log, file) === name ? [file] : [];
    })
    .sort((a, b) => (a.day === b.day ? a.number - b.number : a.day < b.day ? -1 : 1));
}

/**
 * Those that are too many or too old.
 * @param files oldest first
 * @param wallMs the time now in milliseconds since the epoch
 */
export function outdatedFiles(
  files: readonly LogFile[],
  { maxFiles, maxAgeMs }: Pick<LogLimits, 'maxFiles' | 'maxAgeMs'>,
  wallMs: number,
): readonly LogFile[] {
  return files.filter(
    ({ day }, index) => index < files.length - maxFiles || Date.parse(day) + MS_PER_DAY + maxAgeMs < wallMs,
  );
}
