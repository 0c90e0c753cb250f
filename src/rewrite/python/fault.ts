// How reading a pattern or a replacement ends when it makes no sense. Stays inside this folder: what leaves it is data.

/** Thrown by the readers; the message is for the user. */
export class Fault extends Error {
  /** Where in the text, in UTF-16 units. */
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** The result of reading, or the fault that was found. Other errors are ours and go on. */
export function attempt<T>(read: () => T): T | Fault {
  try {
    return read();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}
