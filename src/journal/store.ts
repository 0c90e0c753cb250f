// The port of the journal's store: what remembers exchanges. Adapters live in storage/.
import type { EntryToKeep, ExchangeSummary, JournalEntry } from './entry.ts';

/** Which exchanges are asked for; all that is given must hold. */
export interface JournalQuery {
  /** Found in the model, the messages of failures, the request or the reply; case is ignored. */
  readonly text?: string;
  readonly model?: string;
  readonly end?: 'delivered' | 'failed' | 'abandoned';
  /** Those of this profile; null: those of the main configuration. */
  readonly profile?: string | null;
  /** The rule that judged the last failure. */
  readonly rule?: string;
  /** Only those that needed more than one attempt. */
  readonly retried?: boolean;
  /** Begun before this time (milliseconds since the epoch): the next page begins where the last one ended. */
  readonly before?: number;
  /** Begun at this time or later. */
  readonly since?: number;
  /** The most that is returned; newest first. */
  readonly limit: number;
}

/** What is remembered. No call rejects: what can not be read is not there, and the user has been told why. */
export interface JournalReader {
  /** Newest first. */
  list(query: JournalQuery): Promise<readonly ExchangeSummary[]>;
  get(id: string): Promise<JournalEntry | undefined>;
  /** All entries, oldest first, without holding them in memory. */
  entries(): AsyncIterable<JournalEntry>;
}

/** Remembers exchanges. No call rejects for want of disk: what cannot be kept is counted and told once. */
export interface JournalStore extends JournalReader {
  /**
   * Keeps entries. Resolves when a crash of the process can not take them any more, or they are counted as dropped; their
   * bytes are not to be looked at after that.
   */
  write(entries: readonly EntryToKeep[]): Promise<void>;
  /** Entries that could not be kept since the start. */
  readonly dropped: number;
  /** Closes; what is being written is finished first. */
  close(): Promise<void>;
}

/** How long and how much is kept, asked for whenever something may have to go. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}
