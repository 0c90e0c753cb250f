// The log port and its console adapter. Lines are for a person at a terminal, already free of secrets:
// redaction happens where a text is made, not here.

import { afterThisTurn } from './clock.ts';

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** Writes info to standard output, warnings and errors to standard error. */
export const consoleLog: Log = {
  info: lineWriter(() => process.stdout),
  warn: lineWriter(() => process.stderr),
  error: lineWriter(() => process.stderr),
};

/** Lines of one turn are written together; the last ones when the process exits. */
function lineWriter(output: () => NodeJS.WritableStream): (line: string) => void {
  let waiting = '';
  const flush = (): void => {
    process.off('exit', flush);
    if (waiting !== '') output().write(waiting);
    waiting = '';
  };
  return (line) => {
    if (waiting === '') {
      process.once('exit', flush);
      afterThisTurn(flush);
    }
    waiting += `${line}\n`;
  };
}
