// A configuration in use: its engine, which is replaced when its file changes for the better, and what is said about
// that at the terminal. Which files are in use is not known here.
import { basename } from 'node:path';
import { changedKeys } from '../config/changes.ts';
import { formatProblem, reportProblems, type Problem } from '../config/explain.ts';
import { watchFile, type Stamp } from '../config/watch.ts';
import { timeOfDay } from '../journal/console-line.ts';
import { startTally } from '../journal/counts.ts';
import type { Tally, UpstreamState } from '../journal/counts.ts';
import type { SlowRule } from '../rewrite/strikes.ts';
import type { Lease } from '../server/engines.ts';
import { openEngine } from './engine.ts';
import type { Engine, RunnableConfig, SharedParts } from './engine.ts';

/** A configuration that can run, with its warnings; or everything that is wrong with it. */
export type Reading =
  | { readonly kind: 'valid'; readonly config: RunnableConfig; readonly problems: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** A file to be followed. */
export interface LiveFile {
  readonly path: string;
  /** What it looked like before it was read. */
  readonly asOf: Stamp;
  readonly read: () => Promise<Reading>;
  /** Called when the file has been removed. Without this, what was read from it stays in use. */
  readonly gone?: () => void;
}

/** How a configuration is doing, named as `GET /health/detailed` shows it. Times are ISO 8601. */
export interface LiveState {
  readonly upstream: UpstreamState;
  /** Since when it is in use. */
  readonly configuration_loaded: string;
  /** Text rules that take too long, if there are any. */
  readonly slow_rules?: readonly SlowRule[];
  /** Why the present state of its file is not in use. */
  readonly configuration_problem?: { readonly at: string; readonly problems: readonly string[] };
}

/** A configuration that may change while it is used. */
export class LiveConfig {
  readonly #profile: string | undefined;
  readonly #shared: SharedParts;
  #tally: Tally;
  #engine: Engine;
  #loadedAtMs: number;
  #problem: LiveState['configuration_problem'];
  #stopWatching = (): void => undefined;

  /** @param profile undefined for the main configuration */
  constructor(config: RunnableConfig, profile: string | undefined, shared: SharedParts) {
    this.#profile = profile;
    this.#shared = shared;
    this.#tally = startTally(shared.clock);
    this.#engine = openEngine(config, profile, this.#tally.observe, shared);
    this.#loadedAtMs = shared.clock.wallMs();
  }

  /** What is in use now. */
  get config(): RunnableConfig {
    return this.#engine.config;
  }

  /** What a request that begins now runs with, to its end. */
  lend(): Lease {
    return this.#engine.lend();
  }

  /** Uses what the file says from now on, whenever it changes. */
  follow({ path, asOf, read, gone }: LiveFile): void {
    this.#stopWatching = watchFile(path, asOf, this.#shared.clock, {
      read,
      isDoubtful: (reading) => reading.kind === 'invalid',
      changed: (reading) => this.#take(reading),
      lost: (kind) => {
        if (kind === 'none' && gone !== undefined) {
          this.#say('warn', `${path} is gone, and so is the ${this.#name}`);
          gone();
          return;
        }
        const what = kind === 'none' ? 'gone' : 'empty';
        this.#refuse([`${basename(path)}: this file is ${what}`]);
        this.#say('warn', `${path} is ${what}; the ${this.#name} in use stays`);
      },
      failed: (error) => this.#say('error', `${this.#name} not reloaded: ${String(error)}`),
    });
  }

  state(): LiveState {
    const slow = this.#engine.slowRules();
    return {
      upstream: this.#tally.upstream(),
      configuration_loaded: isoTime(this.#loadedAtMs),
      ...(slow.length > 0 && { slow_rules: slow }),
      ...(this.#problem && { configuration_problem: this.#problem }),
    };
  }

  /** Follows no more; requests that are running are not disturbed. */
  retire(): void {
    this.#stopWatching();
    this.#engine.retire();
  }

  /** Closes everything at once. */
  close(): Promise<void> {
    this.#stopWatching();
    return this.#engine.close();
  }

  #take(reading: Reading): void {
    reportProblems(reading.problems, this.#shared.log);
    if (reading.kind === 'invalid') {
      this.#refuse(reading.problems.map(briefly));
      this.#say('error', `${this.#name} not reloaded: correct what is said above; the one in use stays`);
      return;
    }
    this.#problem = undefined;
    const { host, port } = this.config.server;
    const next = { ...reading.config, server: { ...reading.config.server, host, port } };
    const waiting = changedKeys(next, reading.config);
    const changed = changedKeys(this.config, next);
    if (changed.length > 0) {
      this.#replace(next);
      this.#say('info', `${this.#name} reloaded: ${changed.join(', ')}`);
    } else if (waiting.length === 0) {
      this.#say('info', `${this.#name} reloaded: nothing in it has changed`);
    }
    if (waiting.length > 0) this.#say('warn', `to use the new ${waiting.join(', ')}, restart First Hop`);
  }

  #replace(config: RunnableConfig): void {
    const { clock } = this.#shared;
    if (config.target_proxy.url !== this.config.target_proxy.url) this.#tally = startTally(clock);
    this.#engine.retire();
    this.#engine = openEngine(config, this.#profile, this.#tally.observe, this.#shared);
    this.#loadedAtMs = clock.wallMs();
  }

  #refuse(problems: readonly string[]): void {
    this.#problem = { at: isoTime(this.#shared.clock.wallMs()), problems };
  }

  get #name(): string {
    return this.#profile === undefined ? 'configuration' : `profile "${this.#profile}"`;
  }

  #say(level: 'info' | 'warn' | 'error', words: string): void {
    const { clock, log } = this.#shared;
    log[level](`${timeOfDay(new Date(clock.wallMs()))}  ${words}`);
  }
}

/** A problem in one line, for those who must not see where the program's files are. */
export function briefly(problem: Problem): string {
  return formatProblem({ ...problem, file: basename(problem.file) });
}

function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
