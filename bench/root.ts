// Where the project is, for programs that are bundled before they run.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The nearest folder above this program with a package.json: it runs from a cache below the project's root. */
export function findRoot(): string {
  let folder = dirname(process.argv[1] ?? '.');
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
