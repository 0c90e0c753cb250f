// A text that comes in many small pieces. A piece cut out of a longer text holds all of that text in memory, so pieces
// are copied together now and then.

const PIECES_TOGETHER = 64;

export interface TextSoFar {
  readonly length: number;
  add(piece: string): void;
  toString(): string;
}

/** Starts with nothing. */
export function textSoFar(): TextSoFar {
  let copied = '';
  let pieces: string[] = [];
  let length = 0;
  const copy = (): void => {
    copied += pieces.join('');
    pieces = [];
  };
  return {
    get length() {
      return length;
    },
    add(piece) {
      length += piece.length;
      pieces.push(piece);
      if (pieces.length === PIECES_TOGETHER) copy();
    },
    toString() {
      copy();
      return copied;
    },
  };
}
