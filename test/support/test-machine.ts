// A machine for the command line: a folder of its own, a fake clock, and a terminal that is a list of lines.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { runCli } from '../../src/cli.ts';
import type { Machine } from '../../src/commands/machine.ts';
import { FakeClock } from './fake-clock.ts';
import { REWRITE_WORKER } from './rewrite-worker.ts';

/** A machine whose terminal is a list of lines, standard error's marked with `! `. */
export class TestMachine implements Machine {
  readonly cwd = mkdtempSync(join(tmpdir(), 'first-hop-cli-'));
  readonly home = join(this.cwd, 'home');
  readonly platform = 'linux';
  readonly version = '1.2.3';
  readonly rewriteWorker = REWRITE_WORKER;
  readonly pageFolder = this.cwd;
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  env: Record<string, string> = {};
  terminal: Machine['terminal'] = undefined;
  /** What comes on standard input. */
  input = '';
  /** Sends a request to end, as Ctrl+C does. */
  interrupt: () => void = () => undefined;
  readonly log = {
    info: (line: string): unknown => this.lines.push(line),
    warn: (line: string): unknown => this.lines.push(`! ${line}`),
    error: (line: string): unknown => this.lines.push(`! ${line}`),
  };
  readonly paint = (_style: string, text: string): string => text;

  readInput(): Promise<string> {
    return Promise.resolve(this.input);
  }

  onSignal(callback: () => void): void {
    this.interrupt = callback;
  }

  get said(): string {
    return this.lines.join('\n');
  }

  write(name: string, text: string): string {
    writeFileSync(join(this.cwd, name), text);
    return join(this.cwd, name);
  }

  /** The base address, once First Hop says that it is ready. */
  ready(): Promise<string> {
    return vi.waitUntil(() => /Address +(\S+)/.exec(this.said)?.[1], { interval: 1, timeout: 5_000 });
  }

  /** Starts First Hop, stops it after the visit, and gives its exit code. */
  async whileRunning(
    args: readonly string[],
    visit: (address: string) => unknown = () => undefined,
  ): Promise<number> {
    const exit = runCli(args, this);
    await visit(await this.ready());
    this.interrupt();
    return exit;
  }

  /** Removes its files. */
  remove(): void {
    rmSync(this.cwd, { recursive: true });
  }
}
