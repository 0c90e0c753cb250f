// One thing is often asked about twice in a row.

/** Remembers the last result, and what it was of: the very same value, not one that is equal. */
export function theSame<Input, Result>(make: (input: Input) => Result): (input: Input) => Result {
  let last: { readonly input: Input; readonly result: Result } | undefined;
  return (input) => {
    if (last === undefined || last.input !== input) last = { input, result: make(input) };
    return last.result;
  };
}
