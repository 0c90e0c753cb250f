// Starts First Hop as a user does, as a program of its own with a configuration file, and reads its address from
// what it prints.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProgram } from './program.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A First Hop that is ready. */
export interface FirstHop {
  /** What a user types into SillyTavern as "Custom Endpoint (Base URL)". */
  readonly url: string;
  /** Everything it has printed. */
  readonly output: () => string;
  /** Ends it with SIGTERM, removes its files, and gives its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** With this YAML as its configuration, on a free port. */
export function startFirstHop(configYaml: string): Promise<FirstHop> {
  return start(['--config', 'config.yaml', '--port', '0'], configYaml);
}

/** As it is started first: nothing is configured yet. */
export function startUnconfigured(): Promise<FirstHop> {
  return start(['--port', '0']);
}

/** With the provider that is built into it, and no configuration. */
export function startDemo(port: number): Promise<FirstHop> {
  return start(['--demo', '--port', String(port)]);
}

async function start(options: readonly string[], configYaml?: string): Promise<FirstHop> {
  const home = mkdtempSync(join(tmpdir(), 'first-hop-e2e-'));
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  if (configYaml !== undefined) writeFileSync(join(home, 'config.yaml'), configYaml);
  try {
    const program = await startProgram({
      name: 'First Hop',
      args: [MAIN, 'start', ...options],
      cwd: home,
      // Nothing of the user's own First Hop is read or written.
      env: { PATH: process.env['PATH'], HOME: home, USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home },
      ready: /Address +(http:\/\/127\.0\.0\.1:\d+\/v1)/,
      readyWithinMs: 15_000,
    });
    return {
      url: program.ready[1] ?? '',
      output: program.output,
      stop: async () => {
        const exitCode = await program.stop();
        remove();
        return exitCode;
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
