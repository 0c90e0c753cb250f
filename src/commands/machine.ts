// What a command is given to run on, its exit codes, and how the user calls it.
import type { Platform } from '../app.ts';
import type { Surroundings } from '../config/folders.ts';
import type { Terminal } from '../config/init.ts';
import type { Paint } from '../server/readiness.ts';

/** The machine a command runs on. */
export interface Machine extends Surroundings, Pick<Platform, 'clock' | 'log' | 'version' | 'rewriteWorker'> {
  /** Where the built page is. */
  readonly pageFolder: string;
  /** The current folder. */
  readonly cwd: string;
  readonly paint: Paint;
  /** Where questions can be asked; undefined when nobody is there to answer. */
  readonly terminal: Terminal | undefined;
  /** All that comes on standard input. */
  readInput(): Promise<string>;
  /** From now on, calls back on every request to end (SIGINT, SIGTERM) in place of ending the process. */
  onSignal(callback: () => void): void;
}

export const OK = 0;
export const FAILED = 1;
/** What shells give a program that SIGINT (2) has ended: 128 + 2. */
export const INTERRUPTED = 130;

/** How the user calls this program: npm says so when it runs a script. */
export function commandLine({ env }: Machine, ...args: readonly string[]): string {
  if (env['npm_lifecycle_event'] !== 'start') return ['first-hop', ...args].join(' ');
  return args.length === 0 ? 'npm start' : ['npm start --', ...args].join(' ');
}
