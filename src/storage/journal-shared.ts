// A chat sends its whole history again with each message, and a swipe sends the very same: of a request the journal keeps
// what an earlier one did not have. How that lies on disk is journal-segment.ts's.

/** Where the beginning and the end of a body lie already; places in the file, and bytes. */
export interface Shared {
  readonly headAt: number;
  readonly headBytes: number;
  readonly tailAt: number;
  readonly tailBytes: number;
}

interface Earlier {
  readonly at: number;
  readonly body: Buffer;
}

/** Chats beside each other, and what extensions ask in between. */
const MAX_EARLIER = 4;
/** Held in memory. */
const MAX_EARLIER_BYTES = 4 * 1024 * 1024;
/** Less is not worth looking for. */
const MIN_SHARED_BYTES = 512;
/** It need not be found to the byte. */
const GRAIN_BYTES = 32;

/** The bodies of a file that lie there whole, the latest of them. */
export class EarlierBodies {
  #earlier: Earlier[] = [];

  /** What a body has in common with one of them, if that is at least half of it. */
  find(body: Buffer): Shared | undefined {
    for (const { at, body: other } of this.#earlier) {
      const most = Math.min(body.length, other.length);
      const headBytes = equalBytes(most, (from, to) => body.compare(other, from, to, from, to) === 0);
      const ends = [body.length, other.length] as const;
      const tailBytes = equalBytes(most - headBytes, (from, to) => isTailEqual(body, other, ends, from, to));
      const sharedBytes = headBytes + tailBytes;
      if (sharedBytes >= MIN_SHARED_BYTES && sharedBytes * 2 >= body.length)
        return { headAt: at, headBytes, tailAt: at + other.length - tailBytes, tailBytes };
    }
    return undefined;
  }

  /** Notes a body that lies at a place whole; its bytes are copied. */
  add(at: number, body: Buffer): void {
    if (body.length < MIN_SHARED_BYTES || body.length > MAX_EARLIER_BYTES) return;
    let left = MAX_EARLIER_BYTES - body.length;
    const others = this.#earlier.slice(0, MAX_EARLIER - 1).filter(({ body: { length } }) => {
      left -= length;
      return left >= 0;
    });
    this.#earlier = [{ at, body: Buffer.from(body) }, ...others];
  }
}

function isTailEqual(
  one: Buffer,
  other: Buffer,
  [oneEnd, otherEnd]: readonly [number, number],
  from: number,
  to: number,
): boolean {
  return one.compare(other, otherEnd - to, otherEnd - from, oneEnd - to, oneEnd - from) === 0;
}

/** How many bytes are equal, by halves: all of them at the first look, as a rule, or as many as stand before a new message. */
function equalBytes(most: number, areEqual: (from: number, to: number) => boolean): number {
  if (areEqual(0, most)) return most;
  let equal = 0;
  for (let end = most; end - equal > GRAIN_BYTES;) {
    const middle = (equal + end) >> 1;
    if (areEqual(equal, middle)) equal = middle;
    else end = middle;
  }
  return equal;
}
