// What a frame of a server-sent event stream is. Splitting bytes into frames is split.ts, writing them write.ts.

/** One block of an event stream, up to and including its blank line, with its bytes as they came. */
export interface Frame {
  /** The bytes as received, terminator included. */
  readonly raw: Buffer;
  /** The `data:` lines joined with `\n`; undefined for a block without any (a comment, a bare `event:`). */
  readonly data: string | undefined;
}
