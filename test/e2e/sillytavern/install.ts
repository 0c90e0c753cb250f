// Installs the real SillyTavern from npm into a cache folder of the user's: it is a client to test with, never a
// dependency of this package. Starting it is start.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../../support/cache-folder.ts';

/** The release these stories hold for; docs/sillytavern.md names it. */
export const SILLYTAVERN_VERSION = '1.17.0';

/** The folder of SillyTavern's own server.js. Installs it first when it is not there; needs the network then. */
export function installedSillyTavern(): string {
  const home = join(cacheFolder(), `sillytavern-${SILLYTAVERN_VERSION}`);
  if (!existsSync(home)) install(home);
  return join(home, 'node_modules', 'sillytavern');
}

/** Installs beside `home` and renames at the end, so that an interrupted installation is never taken for a whole one. */
function install(home: string): void {
  console.error(`Installing SillyTavern ${SILLYTAVERN_VERSION} into ${home} (once, about 430 MB) …`);
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(`${home}-installing-`);
  try {
    // Without a package.json here npm would look for one in the folders above.
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const result = spawnSync(
      'npm',
      ['install', `sillytavern@${SILLYTAVERN_VERSION}`, '--ignore-scripts', '--no-audit', '--no-fund'],
      // npm is a .cmd file on Windows, which only a shell can start.
      { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' },
    );
    if (result.status !== 0) {
      throw new Error(
        'SillyTavern could not be installed from npm. Check your internet connection and try again.',
      );
    }
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another run may have finished the same installation in the meantime.
    if (!existsSync(home)) throw error;
  }
}
