// The port of the journal's store: what remembers exchanges. Adapters live in storage/.
import type { ExchangeSummary, JournalEntry } from './entry.ts';

/** Which exchanges are asked for; all that is given must hold. */
export interface JournalQuery {
  /** Found in the model, the messages of failures, the request or the reply; case is ignored. */
  readonly text?: string;
  readonly model?: string;
  readonly end?: 'delivered' | 'failed' | 'abandoned';
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

/** Remembers exchanges. No call rejects for want of disk: what cannot be kept is counted and told once. */
export interface JournalStore {
  /** Keeps an entry; returns at once, the writing happens later. */
  add(entry: JournalEntry): void;
  /** Newest first. */
  list(query: JournalQuery): Promise<readonly ExchangeSummary[]>;
  get(id: string): Promise<JournalEntry | undefined>;
  /** All entries, oldest first, without holding them in memory. */
  entries(): AsyncIterable<JournalEntry>;
  /** What could not be kept since the start. */
  readonly dropped: number;
  /** Writes what is waiting and closes. */
  close(): Promise<void>;
}
