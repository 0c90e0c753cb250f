// What texts were rewritten into: a chat sends its whole history again with every message, and most of it is as it was.

/** What a text was rewritten into: JSON of a string, or undefined where it stays as it is. */
export interface Remembered {
  readonly result: Buffer | undefined;
  /** The rules that have changed it, by their positions. */
  readonly rules: readonly number[];
}

/** Remembers results by the bytes of a text and its kind. */
export interface TextMemory {
  find(kind: string, json: string): Remembered | undefined;
  /** @param json a string of its own, not a part of a longer one that it would keep alive */
  keep(kind: string, json: string, result: Buffer | undefined, rules?: readonly number[]): void;
}

interface Entry extends Remembered {
  readonly kind: string;
  readonly json: string;
}

const NONE: readonly number[] = [];

/** About a dozen long chats. */
const MAX_CHARS = 16 * 1024 * 1024;

/**
 * Entries lie in two heaps. What is found or new lies in the young one; when that is half of what may be kept, it
 * becomes the old one, and what nobody asked for since is forgotten. Nothing needs to be kept in order for that.
 * @param maxChars of remembered texts and results
 */
export function textMemory(maxChars = MAX_CHARS): TextMemory {
  let young = new Map<number, Entry>();
  let old = new Map<number, Entry>();
  let youngChars = 0;
  const put = (sample: number, entry: Entry): void => {
    young.set(sample, entry);
    youngChars += entry.json.length + (entry.result?.length ?? 0);
    if (youngChars <= maxChars / 2) return;
    old = young;
    young = new Map();
    youngChars = 0;
  };
  return {
    find(kind, json) {
      const sample = sampleOf(kind, json);
      const recent = young.get(sample);
      const found = recent ?? old.get(sample);
      if (found === undefined || found.kind !== kind || found.json !== json) return undefined;
      if (recent === undefined) put(sample, found);
      return found;
    },
    keep: (kind, json, result, rules = NONE) => put(sampleOf(kind, json), { kind, json, result, rules }),
  };
}

/** Characters looked at: so many at either end, one after the other, and so many in between. */
const SAMPLES = 16;

/** A number from a few characters: to hash a long text takes longer than to compare it with the one that is remembered. */
function sampleOf(kind: string, json: string): number {
  const { length } = json;
  let sample = kind.charCodeAt(0) + length;
  const add = (from: number, to: number, step: number): void => {
    for (let at = from; at < to; at += step) sample = (Math.imul(sample, 31) + json.charCodeAt(at)) | 0;
  };
  add(0, Math.min(SAMPLES, length), 1);
  add(Math.max(0, length - SAMPLES), length, 1);
  add(0, length, Math.ceil(length / SAMPLES));
  return sample;
}
