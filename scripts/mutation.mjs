// `npm run mutation`: mutation testing of the pure folders. Stryker brings some two hundred packages that nobody else
// needs, so it is installed for the run, in a copy of the sources. Arguments go to Stryker: -- --mutate src/retry/backoff.ts
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from './ensure.mjs';

const STRYKER = ['@stryker-mutator/core@9.6.1', '@stryker-mutator/vitest-runner@9.6.1'];
const LEFT_BEHIND = new Set(['.git', 'coverage', 'dist', 'node_modules']);

const copy = mkdtempSync(join(tmpdir(), 'first-hop-mutation-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
cpSync(root, copy, {
  recursive: true,
  filter: (source) => !LEFT_BEHIND.has(relative(root, source).split(sep)[0] ?? ''),
});

const npm = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...STRYKER];
const installed = spawnSync('npm', npm, {
  cwd: copy,
  stdio: ['ignore', 2, 2],
  shell: process.platform === 'win32',
});
if (installed.status !== 0) {
  console.error('Stryker could not be installed; see above.');
  process.exit(1);
}
const stryker = join(copy, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
const args = [stryker, 'run', 'test/mutation/stryker.config.json', ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { cwd: copy, stdio: ['ignore', 1, 2] }).status ?? 1;
