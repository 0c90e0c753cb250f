// The log port and its console adapter. Lines are for a person at a terminal, already free of secrets:
// redaction happens where a text is made, not here.

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Writes info to standard output, warnings and errors to standard error. */
export const consoleLog: Log = {
  info: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  error: (line) => void process.stderr.write(`${line}\n`),
};
