// The log port and its console adapter. Lines are for a person at a terminal, already free of secrets:
// redaction happens where a text is made, not here.

import { afterThisTurn, systemClock } from './clock.ts';
import type { Clock } from './clock.ts';

export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** For a person, lines that come so soon after each other come at once. */
const TOGETHER_MS = 100;

/** Writes info to standard output, warnings and errors to standard error. */
export function openConsoleLog(clock: Clock): Log {
  const info = lineWriter(() => process.stdout, clock, TOGETHER_MS);
  const problems = lineWriter(() => process.stderr, clock, 0);
  const problem = (line: string): void => {
    // What was said before it stands before it.
    info.flush();
    problems.add(line);
  };
  return { info: info.add, warn: problem, error: problem };
}

export const consoleLog: Log = openConsoleLog(systemClock);

interface LineWriter {
  readonly add: (line: string) => void;
  /** Writes what waits. */
  readonly flush: () => void;
}

/**
 * Lines of one turn are written together, and those that come soon after them; the last ones when the process exits.
 * @param restMs how soon that is: writing lines one by one costs more than making them
 */
function lineWriter(output: () => NodeJS.WritableStream, clock: Clock, restMs: number): LineWriter {
  let waiting = '';
  let writtenAtMs = -Infinity;
  const flush = (): void => {
    process.off('exit', flush);
    if (waiting === '') return;
    output().write(waiting);
    waiting = '';
    writtenAtMs = clock.nowMs();
  };
  return {
    add(line) {
      if (waiting === '') {
        process.once('exit', flush);
        const waitMs = writtenAtMs + restMs - clock.nowMs();
        if (waitMs > 0) clock.after(waitMs, flush);
        else afterThisTurn(flush);
      }
      waiting += `${line}\n`;
    },
    flush,
  };
}
