// Brings a clone up to date before a command runs: installs the packages and builds dist/ when they are
// missing or older than their sources, and does nothing otherwise.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const installStamp = join(root, 'node_modules', '.first-hop-installed');
const buildStamp = join(root, 'dist', '.built-from');

/** @param {readonly string[]} paths files or folders, relative to the root */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    const full = join(root, path);
    if (!existsSync(full)) continue;
    for (const file of filesBelow(full)) hash.update(relative(root, file)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

/** @param {string} path @returns {string[]} */
function filesBelow(path) {
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesBelow(join(path, name)));
  } catch {
    return [path]; // not a folder
  }
}

/** @param {string} stamp @param {string} wanted */
function isCurrent(stamp, wanted) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
}

/** @param {string} command @param {readonly string[]} args @param {string} onFailure what to tell the user */
function runOrExit(command, args, onFailure) {
  // npm is a .cmd file on Windows, which only a shell can start.
  const shell = process.platform === 'win32';
  // The child's output goes to standard error: standard output belongs to the command that was asked for.
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (result.status !== 0) {
    console.error(onFailure);
    process.exit(result.status ?? 1);
  }
}

/** Installs the packages of package-lock.json when they are not there or the lock has changed. */
export function ensureInstalled() {
  const wanted = fingerprint(['package-lock.json']);
  if (isCurrent(installStamp, wanted)) return;
  console.error('First Hop: installing what it needs (once) …');
  runOrExit(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--include=dev'],
    'First Hop: the installation did not finish. Check your internet connection and try again.',
  );
  writeFileSync(installStamp, wanted);
}

/** Builds dist/ when it is not there or the sources have changed. */
export function ensureBuilt() {
  const wanted = fingerprint([
    'src',
    'dashboard',
    'scripts/build.mjs',
    'scripts/build-page.mjs',
    'package.json',
    'package-lock.json',
  ]);
  if (isCurrent(buildStamp, wanted)) return;
  console.error('First Hop: building …');
  runOrExit(process.execPath, [join(root, 'scripts', 'build.mjs')], 'First Hop: the build did not finish.');
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, wanted);
}
