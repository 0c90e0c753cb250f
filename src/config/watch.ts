// Watches one file by looking at it now and then: the only way that also works on network folders and mounts of
// containers, and through editors that put a new file in the place of the old one. What a file says is not known here.
import { stat } from 'node:fs';
import type { Clock, Timer } from '../std/clock.ts';

/** How often the file is looked at. */
export const POLL_MS = 1_000;
/** How long a changed file must stay the same before it is read: until then it may still be written. */
export const SETTLE_MS = 250;
/** How long a file must be missing, empty or wrong before that is believed. */
export const LASTING_MS = 1_000;

/** What a file looks like from outside. */
export interface Stamp {
  /** `none`: there is no file of that name, or what there is can not be read twice, as a pipe. */
  readonly kind: 'file' | 'empty' | 'none';
  /** Differs when the file may have changed. */
  readonly text: string;
}

const NONE: Stamp = { kind: 'none', text: 'none' };

/** Looks at a file, through links. Never rejects. */
export function stampOf(file: string): Promise<Stamp> {
  return new Promise((resolve) => {
    stat(file, { bigint: true }, (error, found) => {
      // A folder that may not be entered, or a server that is away: whoever tries to read the file will say so.
      if (error !== null)
        resolve(error.code === 'ENOENT' ? NONE : { kind: 'file', text: String(error.code) });
      else if (!found.isFile()) resolve(NONE);
      else {
        const { dev, ino, size, mtimeNs, ctimeNs } = found;
        resolve({ kind: size === 0n ? 'empty' : 'file', text: [dev, ino, size, mtimeNs, ctimeNs].join(' ') });
      }
    });
  });
}

/** What is told about a watched file. */
export interface FileListener<T> {
  /** Reads the file. */
  read(): Promise<T>;
  /** Whether what was read could be half of what is being written: it is read again until that has lasted. */
  isDoubtful(value: T): boolean;
  /** The file has changed, and says this now. Once per change. */
  changed(value: T): void;
  /** The file has been missing, or empty, for a while. Once each time. */
  lost(kind: 'empty' | 'none'): void;
  /** Reading, or using what was read, has failed in a way nobody thought of. */
  failed(error: unknown): void;
}

/**
 * Tells of every change of a file: at most 1.25 s after it was saved, of a doubtful one 2.5 s.
 * @param asOf what the file looked like before it was read last
 * @returns ends the watching
 */
export function watchFile<T>(file: string, asOf: Stamp, clock: Clock, listener: FileListener<T>): () => void {
  let handled = asOf.text;
  let seen = asOf.text;
  let seenSinceMs = clock.nowMs();
  let isStopped = false;

  /** Looks once and gives the time until the next look. */
  const look = async (): Promise<number> => {
    const { kind, text } = await stampOf(file);
    if (text !== seen) {
      seen = text;
      seenSinceMs = clock.nowMs();
      return SETTLE_MS;
    }
    if (seen === handled) return POLL_MS;
    const isLasting = clock.nowMs() - seenSinceMs >= LASTING_MS;
    if (kind !== 'file') {
      if (!isLasting) return SETTLE_MS;
      handled = seen;
      listener.lost(kind);
      return POLL_MS;
    }
    const value = await listener.read();
    if (listener.isDoubtful(value) && !isLasting) return SETTLE_MS;
    handled = seen;
    if (!isStopped) listener.changed(value);
    return POLL_MS;
  };
  const lookAgain = (delayMs: number): void => {
    if (isStopped) return;
    timer = clock.after(delayMs, () => {
      void look()
        .catch((error: unknown) => {
          handled = seen;
          listener.failed(error);
          return POLL_MS;
        })
        .then(lookAgain);
    });
  };
  let timer: Timer | undefined;
  lookAgain(POLL_MS);
  return () => {
    isStopped = true;
    timer?.cancel();
  };
}
