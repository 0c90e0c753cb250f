// What of an exchange is kept, by the sections `journal` and `logging`.
import type { JournalOptions } from './options.ts';
import type { Retention } from './store.ts';

const MS_PER_DAY = 24 * 60 * 60 * 1_000;
const BYTES_PER_MB = 1024 * 1024;

/** What of an exchange is kept besides its course. */
export interface Keeping {
  /** Whether the journal keeps it. */
  readonly enabled: boolean;
  /** Whether somebody else, the log files, wants it as well. */
  readonly isLogged: boolean;
  /** Whose bodies: of all exchanges, of those in which an attempt failed, of none. */
  readonly bodies: 'all' | 'failed' | 'none';
  readonly requests: boolean;
  readonly replies: boolean;
  readonly headers: boolean;
}

/** The part of `logging` that says what may be written down. */
export interface LoggedData {
  readonly include_request_data: boolean;
  readonly include_response_data: boolean;
  readonly include_headers: boolean;
}

/** `logging` says what may be written down of requests and replies at all, so the journal follows it too. */
export function keepingOf(journal: JournalOptions, logging: LoggedData, isLogged: boolean): Keeping {
  return {
    enabled: journal.enabled,
    isLogged,
    bodies: journal.bodies,
    requests: logging.include_request_data,
    replies: logging.include_response_data,
    headers: logging.include_headers,
  };
}

/** How long and how much is kept. */
export function retentionOf({ max_age_days: days, max_size_mb: mb }: JournalOptions): Retention {
  return { maxAgeMs: days * MS_PER_DAY, maxBytes: mb * BYTES_PER_MB };
}
