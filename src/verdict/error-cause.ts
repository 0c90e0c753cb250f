// What an Error of the connection says, with the errors inside it: codes and messages, never a stack.

/** Errors wrap others: as a `cause`, or several as AggregateError does for the addresses of one name. */
const MAX_ERRORS = 10;

/** What an error and those inside it say, outermost first, nothing twice. */
export interface CauseText {
  readonly messages: readonly string[];
  /** Such as `ECONNREFUSED`. */
  readonly codes: readonly string[];
}

/** Reads an error; at most ten of those inside it, so that a circle ends. */
export function readCause(error: Error): CauseText {
  const found: Error[] = [error];
  // The list grows while it is walked: each error adds those inside it.
  for (const outer of found) {
    const inner: readonly unknown[] = outer instanceof AggregateError ? outer.errors : [outer.cause];
    found.push(...inner.filter((item) => item instanceof Error).slice(0, MAX_ERRORS - found.length));
  }
  return { messages: unique(found.map((item) => item.message)), codes: unique(found.map(codeOf)) };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}
