// Entries that wait to be written: bounded, in batches, and copied together. An entry waits longer than two collections
// of garbage are apart when much is going on, so what it refers to would grow old first, a piece at a time.
import type { Body, EntryToKeep, NewEntry } from './entry.ts';

/** The most that is written together: a store may hold everybody up as long as it writes. */
const BATCH_ENTRIES = 64;
const BATCH_BYTES = 4 * 1024 * 1024;
/** What may wait to be written; what comes on top is dropped. */
const MAX_WAITING = 1_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

const CHUNK_BYTES = 1024 * 1024;
/** Larger bodies wait where they are. */
const MAX_COPIED_BYTES = CHUNK_BYTES / 4;
/** Chunks that are kept for what comes next. */
const MAX_SPARE_CHUNKS = 4;
const MAX_UTF8_BYTES = 3;

/** Entries that are written together. */
interface Batch {
  readonly entries: readonly EntryToKeep[];
  /** To be called when they are written, or lost: their memory is used for others then. */
  readonly done: () => void;
}

export interface WaitingLine {
  /** False: there is no room. */
  add(entry: NewEntry): boolean;
  readonly count: number;
  /** Whether there is as much as is written at once. */
  readonly isMuch: boolean;
  /** What has waited longest; empty when nothing waits. */
  takeBatch(): Batch;
}

/** Starts with nothing waiting. */
export function waitingLine(): WaitingLine {
  const spare: Buffer[] = [];
  let batches: FillingBatch[] = [];
  let count = 0;
  let bytes = 0;
  return {
    add(entry) {
      const size = sizeOf(entry);
      if (count >= MAX_WAITING || (bytes > 0 && bytes + size > MAX_WAITING_BYTES)) return false;
      let last = batches.at(-1);
      if (last === undefined || last.isFull) batches.push((last = new FillingBatch(spare)));
      last.add(entry, size);
      count += 1;
      bytes += size;
      return true;
    },
    get count() {
      return count;
    },
    get isMuch() {
      return batches[0]?.isFull === true;
    },
    takeBatch() {
      const [first = new FillingBatch(spare), ...others] = batches;
      batches = others;
      count -= first.entries.length;
      bytes -= first.bytes;
      return first;
    },
  };
}

class FillingBatch implements Batch {
  readonly entries: EntryToKeep[] = [];
  readonly #spare: Buffer[];
  readonly #chunks: Buffer[] = [];
  #used = 0;
  #bytes = 0;

  /** @param spare chunks that nobody uses; taken from there, and given back */
  constructor(spare: Buffer[]) {
    this.#spare = spare;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes >= BATCH_BYTES || this.entries.length >= BATCH_ENTRIES;
  }

  add({ summary, summaryJson, detailsJson, bodies }: NewEntry, size: number): void {
    const [received, sent, replied, told] = bodies;
    const copied = [this.#copy(received), this.#copy(sent), this.#copy(replied), this.#copy(told)] as const;
    this.entries.push({ summary, summaryJson, detailsJson: this.#copy(detailsJson), bodies: copied });
    this.#bytes += size;
  }

  done(): void {
    for (const chunk of this.#chunks) if (this.#spare.length < MAX_SPARE_CHUNKS) this.#spare.push(chunk);
  }

  #copy<Part extends Body | undefined>(part: Part): Part | Buffer {
    if (part === undefined) return part;
    const room = typeof part === 'string' ? part.length * MAX_UTF8_BYTES : part.length;
    if (room > MAX_COPIED_BYTES) return part;
    const chunk = this.#chunkWith(room);
    const from = this.#used;
    this.#used += typeof part === 'string' ? chunk.write(part, from) : part.copy(chunk, from);
    return chunk.subarray(from, this.#used);
  }

  #chunkWith(room: number): Buffer {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length - this.#used >= room) return last;
    const next = this.#spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#chunks.push(next);
    this.#used = 0;
    return next;
  }
}

/** Roughly, in bytes. */
function sizeOf({ summaryJson, detailsJson, bodies }: NewEntry): number {
  let size = summaryJson.length + detailsJson.length;
  for (const body of bodies) size += body?.length ?? 0;
  return size;
}
