// Starts, pins and ends the processes of a benchmark: the upstream and the proxies. Whatever is started here is
// ended by its id when the run ends, however it ends.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A running process that has said where it listens. */
export interface Child {
  readonly pid: number;
  readonly port: number;
  /** `performance.now()` when it was started. */
  readonly startedAtMs: number;
  /** Ends it and waits until it has ended. */
  end(): Promise<void>;
}

/** Where each side runs: the load and the upstream on one core, the proxy on another. */
export interface Cores {
  readonly load: string;
  readonly proxy: string;
}

const READY_WITHIN_MS = 20_000;
const END_WITHIN_MS = 5_000;
const running = new Set<ChildProcess>();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** Two cores this process may use; undefined where there are not two, or no `taskset` to keep to them. */
export function findCores(): Cores | undefined {
  if (process.platform !== 'linux' || spawnSync('taskset', ['-V']).status !== 0) return undefined;
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const cores = list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
  });
  const [load, proxy] = cores;
  return load === undefined || proxy === undefined ? undefined : { load, proxy };
}

/** Keeps this process, with all its threads, on one core. */
export function pinThisProcess(core: string): void {
  spawnSync('taskset', ['-acp', core, String(process.pid)]);
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
  await ended(child);
  clearTimeout(timer);
}

/** The port in the first `http://127.0.0.1:PORT` the process prints. */
function portOf(child: ChildProcess, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string): void => reject(new Error(`${name} ${why}. It said:\n${said}`));
    const timer = setTimeout(
      () => fail(`did not say where it listens within ${READY_WITHIN_MS / 1000} s`),
      READY_WITHIN_MS,
    );
    const listen = (bytes: Buffer): void => {
      if (said.length < 65_536) said += bytes.toString();
      const port = /http:\/\/(?:127\.0\.0\.1|localhost):(\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${String(code)}`);
    });
  });
}

/**
 * Starts a process and waits until it has printed its address.
 * @param command program and arguments
 * @param cwd a folder it may write into; also its home folder
 */
export async function startChild(
  name: string,
  command: readonly string[],
  cwd: string,
  core: string | undefined,
): Promise<Child> {
  const [program = '', ...args] = core === undefined ? command : ['taskset', '-c', core, ...command];
  // Only what a program needs to run: nothing in the caller's environment may configure a proxy.
  const keep = ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR'].flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const startedAtMs = performance.now();
  const child = spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(keep), HOME: cwd },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const port = await portOf(child, name);
  if (child.pid === undefined) throw new Error(`${name} has no process id`);
  return { pid: child.pid, port, startedAtMs, end: () => end(child) };
}
