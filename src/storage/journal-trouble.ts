// Trouble with the journal's disk, told to the user once, and once more when it is over.
import type { Log } from '../std/log.ts';

export interface Trouble {
  /** The journal could not be written or read. */
  failed(error: unknown, entriesLost: number): void;
  /** It could. */
  works(): void;
  /** Entries lost so far. */
  readonly dropped: number;
}

/** @param folder named in what the user is told */
export function troubleWith(folder: string, log: Log): Trouble {
  let isBroken = false;
  let dropped = 0;
  return {
    failed(error, entriesLost) {
      dropped += entriesLost;
      if (isBroken) return;
      isBroken = true;
      const why = error instanceof Error ? error.message : String(error);
      log.warn(
        `The journal in ${folder} can not be used: ${why}. Requests are served as ever, but not remembered; it is tried again with each.`,
      );
    },
    works() {
      if (!isBroken) return;
      isBroken = false;
      log.info(`The journal in ${folder} works again; ${dropped} exchanges are not in it.`);
    },
    get dropped() {
      return dropped;
    },
  };
}
