// The product that is measured: where the project is, its version, and its build. For programs that are bundled before
// they run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isObject, parseJson } from '../src/std/json.ts';

/** The nearest folder above this program with a package.json: it runs from a cache below the project's root. */
export function findRoot(): string {
  let folder = dirname(process.argv[1] ?? '.');
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Builds dist/ where it is not current. Throws when that fails. */
export function buildProduct(root: string): void {
  const script = "import('./scripts/ensure.mjs').then((ensure) => ensure.ensureBuilt())";
  const { status } = spawnSync(process.execPath, ['-e', script], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('First Hop could not be built; see above.');
}

/** First Hop's version and, in a clone, its commit; a `+` stands for changes since. */
export function versionOf(root: string): string {
  const data = parseJson(readFileSync(join(root, 'package.json'), 'utf8'));
  const version = isObject(data) ? String(data['version']) : 'unknown';
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout;
  const commit = git('rev-parse', '--short', 'HEAD');
  if (!commit) return version;
  return `${version} (${commit.trim()}${git('status', '--porcelain', 'src') ? '+' : ''})`;
}
