// Closed unions end here: the compiler proves that no case is missing.

/** Call with what is left of a union after every case; it does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
