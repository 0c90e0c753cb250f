// Goes through the bytes of JSON and checks them on the way, without making values of them: for large texts of which
// little is wanted. `JSON.parse` copies every string in them, which costs memory more than time.

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const LETTER_E = 0x65;
const LETTER_U = 0x75;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** A closing bracket's code behind its opening one's. */
const TO_CLOSE = 2;
/** `E` is `e` without it. */
const LOWER_CASE = 0x20;
/** What goes deeper, which nobody's does, is left to `JSON.parse`. */
const MAX_DEPTH = 64;
const UNICODE_ESCAPE_BYTES = 6;

const WHITE_SPACE = bytesOf('\t\n\r ');
const ESCAPED = bytesOf('"\\/bfnrt');
const HEX = bytesOf('0123456789abcdefABCDEF');
/** What stands in strings as it is: neither a quote, a backslash nor a control character (RFC 8259 §7). */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** A table of the bytes in a text. */
function bytesOf(text: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const byte of Buffer.from(text)) table[byte] = 1;
  return table;
}

/**
 * Stands before a value or at the end. Every method that passes something returns false where that is not JSON (RFC 8259),
 * and also where it is written in a way that nearly nobody does: then it is for `JSON.parse` to say, and the cursor is
 * of no more use. The time it takes grows with the bytes only.
 */
export class JsonCursor {
  readonly #bytes: Buffer;
  #at = 0;
  #nameStart = 0;
  #nameEnd = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Where it stands. */
  get at(): number {
    return this.#at;
  }

  get isAtObject(): boolean {
    return this.#next() === OPEN_OBJECT;
  }

  get isAtArray(): boolean {
    return this.#next() === OPEN_ARRAY;
  }

  get isAtEnd(): boolean {
    return this.#next() === undefined;
  }

  /** Whether the field that is visited has this name; ASCII without quotes or backslashes. */
  isNamed(name: string): boolean {
    if (this.#nameEnd - this.#nameStart !== name.length) return false;
    for (let index = 0; index < name.length; index += 1)
      if (this.#bytes[this.#nameStart + index] !== name.charCodeAt(index)) return false;
    return true;
  }

  /**
   * Passes an object.
   * @param passValue called before the value of each field; passes it
   */
  passFields(passValue: () => boolean): boolean {
    return this.#passAll(OPEN_OBJECT, () => this.#passName() && passValue());
  }

  /**
   * Passes an array.
   * @param passValue called before each value; passes it
   */
  passItems(passValue: () => boolean): boolean {
    return this.#passAll(OPEN_ARRAY, passValue);
  }

  /** Passes a value of whatever kind. */
  passValue(): boolean {
    /** What the objects and arrays that have begun close with. */
    const closing: number[] = [];
    for (;;) {
      const byte = this.#next();
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        const close = byte + TO_CLOSE;
        this.#at += 1;
        if (!this.#pass(close)) {
          if (closing.push(close) > MAX_DEPTH || !this.#passNameIn(close)) return false;
          continue;
        }
      } else if (!this.#passScalar(byte)) return false;
      for (let close = closing.at(-1); close !== undefined && this.#pass(close); close = closing.at(-1))
        closing.pop();
      const around = closing.at(-1);
      if (around === undefined) return true;
      if (!this.#pass(COMMA) || !this.#passNameIn(around)) return false;
    }
  }

  #passAll(open: number, passOne: () => boolean): boolean {
    if (!this.#pass(open)) return false;
    const close = open + TO_CLOSE;
    if (this.#pass(close)) return true;
    do {
      if (!passOne()) return false;
    } while (this.#pass(COMMA));
    return this.#pass(close);
  }

  /** What comes next after white space; undefined at the end. */
  #next(): number | undefined {
    const bytes = this.#bytes;
    while (has(WHITE_SPACE, bytes, this.#at)) this.#at += 1;
    return bytes[this.#at];
  }

  #pass(byte: number): boolean {
    if (this.#next() !== byte) return false;
    this.#at += 1;
    return true;
  }

  /** In an object, by what it closes with, every value has a name. */
  #passNameIn(close: number): boolean {
    return close !== CLOSE_OBJECT || this.#passName();
  }

  /** A name with escapes is one of those things that nearly nobody writes. */
  #passName(): boolean {
    if (!this.#pass(QUOTE)) return false;
    this.#nameStart = this.#at;
    while (isPlain(this.#bytes, this.#at)) this.#at += 1;
    this.#nameEnd = this.#at;
    if (this.#bytes[this.#at] !== QUOTE) return false;
    this.#at += 1;
    return this.#pass(COLON);
  }

  #passScalar(first: number | undefined): boolean {
    if (first === QUOTE) return this.#passString();
    if (first === MINUS || isDigit(first)) return this.#passNumber();
    return this.#passWord('true') || this.#passWord('false') || this.#passWord('null');
  }

  #passString(): boolean {
    const bytes = this.#bytes;
    for (let at = this.#at + 1; ;) {
      // Most of a request is this, so it goes by fours.
      while (isPlain(bytes, at) && isPlain(bytes, at + 1) && isPlain(bytes, at + 2) && isPlain(bytes, at + 3))
        at += 4;
      while (isPlain(bytes, at)) at += 1;
      if (bytes[at] === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      const length = bytes[at] === BACKSLASH ? escapeLength(bytes, at) : 0;
      if (length === 0) return false;
      at += length;
    }
  }

  #passNumber(): boolean {
    if (this.#bytes[this.#at] === MINUS) this.#at += 1;
    // No digit comes after a zero that begins it, which is seen by what follows a value.
    if (this.#bytes[this.#at] === ZERO) this.#at += 1;
    else if (!this.#passDigits()) return false;
    if (this.#bytes[this.#at] === POINT) {
      this.#at += 1;
      if (!this.#passDigits()) return false;
    }
    if (((this.#bytes[this.#at] ?? 0) | LOWER_CASE) !== LETTER_E) return true;
    this.#at += 1;
    const sign = this.#bytes[this.#at];
    if (sign === PLUS || sign === MINUS) this.#at += 1;
    return this.#passDigits();
  }

  #passDigits(): boolean {
    const from = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at += 1;
    return this.#at > from;
  }

  #passWord(word: string): boolean {
    for (let index = 0; index < word.length; index += 1)
      if (this.#bytes[this.#at + index] !== word.charCodeAt(index)) return false;
    this.#at += word.length;
    return true;
  }
}

function has(table: Uint8Array, bytes: Buffer, at: number): boolean {
  return table[bytes[at] ?? 0] === 1;
}

function isPlain(bytes: Buffer, at: number): boolean {
  return has(PLAIN, bytes, at);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Of the escape whose backslash is at `at`, in bytes; 0: there is no such escape. */
function escapeLength(bytes: Buffer, at: number): number {
  if (has(ESCAPED, bytes, at + 1)) return 2;
  if (bytes[at + 1] !== LETTER_U) return 0;
  for (let index = 2; index < UNICODE_ESCAPE_BYTES; index += 1) if (!has(HEX, bytes, at + index)) return 0;
  return UNICODE_ESCAPE_BYTES;
}
