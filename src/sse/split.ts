// Bytes of an event stream in, whole frames out, each with its bytes as they came. However the bytes are cut into
// chunks, the frames are the same. Framing rules: https://html.spec.whatwg.org/multipage/server-sent-events.html
import type { Frame } from './frame.ts';

const LF = 10;
const CR = 13;
/** Larger than any event seen (images travel as base64 inside one); a stream without blank lines stops here. */
const MAX_FRAME_BYTES = 32 * 1024 * 1024;

export interface FrameSplitter {
  /**
   * Takes the next bytes and returns the frames they complete. A frame that would grow past 32 MiB throws a
   * RangeError: the stream is not one we can pass on.
   */
  push(chunk: Buffer): Frame[];
  /** The stream ended: whatever is left becomes a last frame, closed with a blank line if it had none. */
  end(): Frame[];
  /** Whether the next byte begins a frame. */
  readonly isBetweenFrames: boolean;
}

/** Starts at the beginning of a stream. */
export function frameSplitter(maxFrameBytes = MAX_FRAME_BYTES): FrameSplitter {
  return new Splitter(maxFrameBytes);
}

class Splitter implements FrameSplitter {
  readonly #maxFrameBytes: number;
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #lineIsEmpty = true;
  /** A CR at the end of a chunk may be followed by its LF in the next one: undecided until then. */
  #afterCarriageReturn = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  get isBetweenFrames(): boolean {
    return this.#partsBytes === 0 && this.#lineIsEmpty && !this.#afterCarriageReturn;
  }

  push(chunk: Buffer): Frame[] {
    return (this.isBetweenFrames ? plainFrames(chunk) : undefined) ?? this.#pushAny(chunk);
  }

  end(): Frame[] {
    if (this.#partsBytes === 0) return [];
    const lineEnded = this.#lineIsEmpty || this.#afterCarriageReturn;
    return [this.#take(Buffer.from(lineEnded ? '\n' : '\n\n'))];
  }

  /** For frames of any form, in chunks cut anywhere. */
  #pushAny(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    const hasCarriageReturn = chunk.includes(CR);
    let start = 0;
    let position = 0;
    const endLine = (): void => {
      if (this.#lineIsEmpty) {
        const isWholeChunk = start === 0 && position === chunk.length;
        frames.push(this.#take(isWholeChunk ? chunk : chunk.subarray(start, position)));
        start = position;
      }
      this.#lineIsEmpty = true;
    };
    while (position < chunk.length) {
      if (this.#afterCarriageReturn) {
        this.#afterCarriageReturn = false;
        if (chunk[position] === LF) position += 1;
        endLine();
        continue;
      }
      const terminator = nextTerminator(chunk, position, hasCarriageReturn);
      if (terminator === -1) {
        this.#lineIsEmpty = false;
        break;
      }
      if (terminator > position) this.#lineIsEmpty = false;
      position = terminator + 1;
      if (chunk[terminator] === CR) this.#afterCarriageReturn = true;
      else endLine();
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
    return frames;
  }

  #hold(left: Buffer): void {
    this.#parts.push(left);
    this.#partsBytes += left.length;
    if (this.#partsBytes > this.#maxFrameBytes)
      throw new RangeError(`a stream event is larger than ${this.#maxFrameBytes} bytes`);
  }

  #take(last: Buffer): Frame {
    const raw = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    this.#partsBytes = 0;
    return { raw, data: dataOf(raw) };
  }
}

/**
 * The frames of a chunk that holds nothing but whole ones in ASCII, as most do: read all at once. Undefined for any other.
 */
function plainFrames(chunk: Buffer): Frame[] | undefined {
  const text = chunk.toString('utf8');
  // As long as its bytes: so each character is one of them.
  if (text.length !== chunk.length || !text.endsWith('\n\n') || text.includes('\r')) return undefined;
  const frames: Frame[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n\n', start);
    if (end === start || text.startsWith('\n', start)) return undefined;
    const next = end + 2;
    const raw = start === 0 && next === chunk.length ? chunk : chunk.subarray(start, next);
    const isPlain = text.startsWith('data: ', start) && text.indexOf('\n', start) === end;
    frames.push({ raw, data: isPlain ? text.slice(start + 6, end) : dataOf(raw) });
    start = next;
  }
  return frames;
}

function nextTerminator(chunk: Buffer, from: number, hasCarriageReturn: boolean): number {
  const lineFeed = chunk.indexOf(LF, from);
  if (!hasCarriageReturn) return lineFeed;
  const carriageReturn = chunk.indexOf(CR, from);
  if (carriageReturn === -1) return lineFeed;
  return lineFeed === -1 ? carriageReturn : Math.min(lineFeed, carriageReturn);
}

function dataOf(raw: Buffer): string | undefined {
  const text = raw.toString('utf8');
  // Nearly every frame of nearly every upstream is one data line and a blank one.
  const isPlain = text.startsWith('data: ') && text.indexOf('\n') === text.length - 2 && !text.includes('\r');
  if (isPlain) return text.slice(6, -2);
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .flatMap((line) => dataOfLine(line) ?? []);
  return lines.length === 0 ? undefined : lines.join('\n');
}

function dataOfLine(line: string): string | undefined {
  if (line === 'data') return '';
  if (!line.startsWith('data:')) return undefined;
  return line.startsWith('data: ') ? line.slice(6) : line.slice(5);
}
