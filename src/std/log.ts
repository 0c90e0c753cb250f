// The log port and its console adapter. Lines are for a person at a terminal, already free of secrets:
// redaction happens where a text is made, not here.

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Writes info to standard output, warnings and errors to standard error. */
export const consoleLog: Log = {
  info: (line) => console.log(line),
  warn: (line) => console.warn(line),
  error: (line) => console.error(line),
};
