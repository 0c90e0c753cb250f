// Installs @portkey-ai/gateway from npm into a cache folder of the user's: something to compare with, never a
// dependency of this package. Starting it is subjects.ts.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../test/support/cache-folder.ts';

const GATEWAY = '@portkey-ai/gateway';
export const PORTKEY_VERSION = '1.15.2';
/**
 * With the release that npm chooses by itself (1.14 and later), the gateway answers every stream with 500: it adds
 * headers to a response whose headers that release has made immutable.
 */
export const NODE_SERVER_VERSION = '1.13.8';

/** The gateway's program. Installs it first when it is not there; needs the network then. Throws when it can not. */
export function installedPortkey(): string {
  const home = join(cacheFolder(), `portkey-${PORTKEY_VERSION}-${NODE_SERVER_VERSION}`);
  if (!existsSync(home)) install(home);
  return join(home, 'node_modules', GATEWAY, 'build', 'start-server.js');
}

/** Installs beside `home` and renames at the end, so that an interrupted installation is never taken for a whole one. */
function install(home: string): void {
  console.error(`chaos: installing ${GATEWAY} ${PORTKEY_VERSION} into ${home} (once, about 25 MB) …`);
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(`${home}-installing-`);
  try {
    const versions = { '@hono/node-server': NODE_SERVER_VERSION };
    const dependencies = { [GATEWAY]: PORTKEY_VERSION, ...versions };
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ private: true, dependencies, overrides: versions }),
    );
    const result = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: ['ignore', 2, 2],
      // npm is a .cmd file on Windows, which only a shell can start.
      shell: process.platform === 'win32',
    });
    if (result.status !== 0) throw new Error(`${GATEWAY} could not be installed from npm`);
    renameSync(folder, home);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    // Another run may have finished the same installation in the meantime.
    if (!existsSync(home)) throw error;
  }
}
