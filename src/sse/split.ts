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
}

/** Starts at the beginning of a stream. */
export function frameSplitter(maxFrameBytes = MAX_FRAME_BYTES): FrameSplitter {
  const splitter = anyFrameSplitter(maxFrameBytes);
  return {
    push: (chunk) => (splitter.isBetweenFrames() ? plainFrames(chunk) : undefined) ?? splitter.push(chunk),
    end: () => splitter.end(),
  };
}

/** For frames of any form, in chunks cut anywhere. */
function anyFrameSplitter(
  maxFrameBytes: number,
): FrameSplitter & { readonly isBetweenFrames: () => boolean } {
  let parts: Buffer[] = [];
  let partsBytes = 0;
  let lineIsEmpty = true;
  // A CR at the end of a chunk may be followed by its LF in the next one: undecided until then.
  let afterCarriageReturn = false;

  function take(last: Buffer): Frame {
    const raw = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    partsBytes = 0;
    return { raw, data: dataOf(raw) };
  }

  function push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    const hasCarriageReturn = chunk.includes(CR);
    let start = 0;
    let position = 0;
    const endLine = (): void => {
      if (lineIsEmpty) {
        const isWholeChunk = start === 0 && position === chunk.length;
        frames.push(take(isWholeChunk ? chunk : chunk.subarray(start, position)));
        start = position;
      }
      lineIsEmpty = true;
    };
    while (position < chunk.length) {
      if (afterCarriageReturn) {
        afterCarriageReturn = false;
        if (chunk[position] === LF) position += 1;
        endLine();
        continue;
      }
      const terminator = nextTerminator(chunk, position, hasCarriageReturn);
      if (terminator === -1) {
        lineIsEmpty = false;
        break;
      }
      if (terminator > position) lineIsEmpty = false;
      position = terminator + 1;
      if (chunk[terminator] === CR) afterCarriageReturn = true;
      else endLine();
    }
    if (start < chunk.length) {
      const left = chunk.subarray(start);
      parts.push(left);
      partsBytes += left.length;
      if (partsBytes > maxFrameBytes)
        throw new RangeError(`a stream event is larger than ${maxFrameBytes} bytes`);
    }
    return frames;
  }

  function end(): Frame[] {
    if (partsBytes === 0) return [];
    const lineEnded = lineIsEmpty || afterCarriageReturn;
    return [take(Buffer.from(lineEnded ? '\n' : '\n\n'))];
  }

  return { push, end, isBetweenFrames: () => partsBytes === 0 && lineIsEmpty && !afterCarriageReturn };
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
