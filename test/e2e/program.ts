// Starts a program of its own process and ends it by its process id. Knows nothing about which program it is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const KILL_AFTER_MS = 10_000;
const TAIL_CHARACTERS = 2_000;

/** What to run, and how to tell that it is ready. */
export interface ProgramOptions {
  /** As the messages call it. */
  readonly name: string;
  /** A script for this Node, then its arguments. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The first match in what it prints means it is ready. */
  readonly ready: RegExp;
  readonly readyWithinMs: number;
}

/** A program that is ready. */
export interface Program {
  /** The match of `ready`: its groups hold what the program said about itself. */
  readonly ready: RegExpMatchArray;
  /** Everything printed so far, both streams in the order they came. */
  readonly output: () => string;
  /** Asks it to end, waits, and gives its exit code; null when it had to be killed. */
  readonly stop: () => Promise<number | null>;
}

/** Rejects with the end of its output when it ends or stays silent instead of getting ready. */
export async function startProgram(options: ProgramOptions): Promise<Program> {
  const child = spawn(process.execPath, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let printed = '';
  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const given = new AbortController();
      const killed = sleep(KILL_AFTER_MS, undefined, { signal: given.signal }).then(
        () => child.kill('SIGKILL'),
        () => false,
      );
      await ended;
      given.abort();
      await killed;
    }
    return child.exitCode;
  };
  const ready = new Promise<RegExpMatchArray>((resolve) => {
    const listen = (text: string): void => {
      printed += text;
      const match = options.ready.exec(printed);
      if (match !== null) resolve(match);
    };
    child.stdout.setEncoding('utf8').on('data', listen);
    child.stderr.setEncoding('utf8').on('data', listen);
  });
  const late = new AbortController();
  const first = await Promise.race([
    ready,
    ended.then(() => 'ended before it was ready' as const),
    sleep(options.readyWithinMs, `was not ready after ${options.readyWithinMs / 1000} s` as const, {
      signal: late.signal,
    }),
  ]);
  late.abort();
  if (typeof first === 'string') {
    await stop();
    throw new Error(
      `${options.name} ${first}. The end of what it printed:\n${printed.slice(-TAIL_CHARACTERS)}`,
    );
  }
  return { ready: first, output: () => printed, stop };
}
