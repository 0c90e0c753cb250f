// What is to be written to a file in one go, put together in memory that is used again: a few small pieces for each of
// many entries cost more as buffers of their own than all their bytes do.

/** As much as a batch of ordinary entries takes. */
const MEMORY_BYTES = 256 * 1024;
/** Larger pieces go as they are. */
const MAX_COPIED_BYTES = 32 * 1024;
const MAX_UTF8_BYTES = 3;

/** Collects pieces in their order. */
export class Pieces {
  #memory: Buffer | undefined;
  #used = 0;
  /** Up to here, memory is in the list. */
  #listed = 0;
  #bytes = 0;
  #list: Buffer[] = [];

  /** Of all that was added since it was taken. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a text as UTF-8. */
  addText(text: string): void {
    if (this.#hasRoom(text.length * MAX_UTF8_BYTES)) this.#grow(this.#own.write(text, this.#used));
    else this.#addWhole(Buffer.from(text));
  }

  add(piece: Buffer): void {
    if (this.#hasRoom(piece.length)) this.#grow(piece.copy(this.#own, this.#used));
    else this.#addWhole(piece);
  }

  /** All of them as few buffers, good until something is added again. */
  take(): Buffer[] {
    this.#listMemory();
    const taken = this.#list;
    this.#list = [];
    this.#used = 0;
    this.#listed = 0;
    this.#bytes = 0;
    return taken;
  }

  get #own(): Buffer {
    return (this.#memory ??= Buffer.allocUnsafeSlow(MEMORY_BYTES));
  }

  #hasRoom(bytes: number): boolean {
    return bytes <= MAX_COPIED_BYTES && this.#used + bytes <= MEMORY_BYTES;
  }

  #grow(bytes: number): void {
    this.#used += bytes;
    this.#bytes += bytes;
  }

  #addWhole(piece: Buffer): void {
    this.#listMemory();
    this.#list.push(piece);
    this.#bytes += piece.length;
  }

  #listMemory(): void {
    if (this.#used > this.#listed) this.#list.push(this.#own.subarray(this.#listed, this.#used));
    this.#listed = this.#used;
  }
}
