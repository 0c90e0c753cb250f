// A text that comes in many small pieces. A piece cut out of a longer text holds all of that text in memory, so pieces
// are copied together every now and then.

const PIECES_TOGETHER = 8;

/** Starts with nothing. */
export class TextSoFar {
  #copied = '';
  #pieces: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: string): void {
    this.#length += piece.length;
    if (this.#pieces.push(piece) === PIECES_TOGETHER) this.#copy();
  }

  toString(): string {
    this.#copy();
    return this.#copied;
  }

  #copy(): void {
    this.#copied += this.#pieces.join('');
    this.#pieces = [];
  }
}
