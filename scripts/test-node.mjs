// Runs the tests of the journal's stores on a newer Node, which brings SQLite along: node scripts/test-node.mjs [24]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureInstalled, root } from './ensure.mjs';

ensureInstalled();
const major = process.argv[2] ?? '24';
const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const folder = join(process.env['XDG_CACHE_HOME'] ?? tmpdir(), 'first-hop-test', `node-${major}`);
const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** @param {string} command @param {readonly string[]} args */
function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: command === 'npm' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(program)) {
  mkdirSync(folder, { recursive: true });
  run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `${name}@${major}`]);
}
run(program, [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', 'src/storage', 'src/journal']);
