import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const signals = ['SIGINT', 'SIGTERM'] as const;
const { argv } = process;
const streams = ['stdin', 'stdout'] as const;
const originals = streams.map((name) => Object.getOwnPropertyDescriptor(process, name));
let listenersBefore: readonly unknown[];
let printed: string;

/** Loads main.ts as `first-hop ARGS` would, and resolves with the code the process leaves with. */
async function run(...args: readonly string[]): Promise<unknown> {
  vi.resetModules();
  process.argv = [process.execPath, 'main.ts', ...args];
  let exitCode: unknown;
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    exitCode = code;
    throw new Error('the process ends here');
  });
  await expect(import('./main.ts')).rejects.toThrow('the process ends here');
  // What a process says last is written when the turn is over, or when it really exits.
  await new Promise((resolve) => setImmediate(resolve));
  return exitCode;
}

/** Puts streams in place of the process's own. */
function replace(name: (typeof streams)[number], stream: PassThrough & { isTTY: boolean }): void {
  Object.defineProperty(process, name, { configurable: true, value: stream });
}

beforeEach(() => {
  printed = '';
  const print = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(print);
  vi.spyOn(process.stderr, 'write').mockImplementation(print);
  listenersBefore = signals.flatMap((signal) => process.listeners(signal));
});

afterEach(() => {
  process.argv = argv;
  for (const [index, name] of streams.entries()) Object.defineProperty(process, name, originals[index] ?? {});
  for (const signal of signals) {
    const added = process.listeners(signal).filter((listener) => !listenersBefore.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  }
});

it('reads what comes on standard input', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'first-hop-main-'));
  const file = join(folder, 'config.yaml');
  writeFileSync(file, 'regex_replacement: {rules: [{pattern: a, replacement: b}]}');
  const input = Object.assign(new PassThrough(), { isTTY: false });
  replace('stdin', input);
  input.end('a');
  expect(await run('try', '--config', file)).toBe(0);
  expect(printed).toContain('1 of 1 rules changed something');
  rmSync(folder, { recursive: true });
});

it('leaves with what the command line says, in the version of the package', async () => {
  expect(await run('--version')).toBe(0);
  expect(printed).toBe(`${packageJson.version}\n`);
  expect(await run('no-such-command')).toBe(1);
});

it('asks at a terminal, and hears that nobody answers', async () => {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  replace('stdin', input);
  const output = Object.assign(new PassThrough(), { isTTY: true });
  replace('stdout', output);
  input.end();
  expect(await run('init')).toBe(1);
  expect(String(output.read())).toContain('Nothing was ');
});

it('does not ask where there is no terminal', async () => {
  replace('stdin', Object.assign(new PassThrough(), { isTTY: false }));
  expect(await run('init')).toBe(1);
  expect(printed).toContain('needs a terminal');
});

it.each(signals)(
  'serves until %s, then ends in good order',
  async (signal) => {
    const folder = mkdtempSync(join(tmpdir(), 'first-hop-main-'));
    writeFileSync(join(folder, 'config.yaml'), 'server: {port: 0}');
    const exit = run('--demo', '--config', join(folder, 'config.yaml'));
    await vi.waitFor(() => expect(printed).toContain('is ready'), { timeout: 20_000 });
    process.emit(signal);
    expect(await exit).toBe(0);
    rmSync(folder, { recursive: true });
  },
  30_000,
);
