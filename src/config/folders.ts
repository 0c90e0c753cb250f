// Where First Hop looks for its configuration and keeps what it remembers, by the customs of each system.
import { posix, win32, type PlatformPath } from 'node:path';
import type { Environment } from './variables.ts';

/** The parts of the system that the folders depend on. */
export interface Surroundings {
  readonly env: Environment;
  /** The user's home folder. */
  readonly home: string;
  /** As `process.platform`; Termux calls itself android. */
  readonly platform: string;
}

const NAME = 'first-hop';

/** Handles paths as the given platform does. */
export function pathsOf(platform: string): PlatformPath {
  return platform === 'win32' ? win32 : posix;
}

/** The folder of the user's own configuration. */
export function configFolder({ env, home, platform }: Surroundings): string {
  const paths = pathsOf(platform);
  if (platform === 'win32') return paths.join(env['APPDATA'] || paths.join(home, 'AppData', 'Roaming'), NAME);
  if (platform === 'darwin') return paths.join(home, 'Library', 'Application Support', NAME);
  return paths.join(absolute(env['XDG_CONFIG_HOME']) ?? paths.join(home, '.config'), NAME);
}

/** The folder of what is remembered between runs, e.g. model lists; `FIRST_HOP_DATA` names another one. */
export function dataFolder({ env, home, platform }: Surroundings): string {
  const paths = pathsOf(platform);
  if (env['FIRST_HOP_DATA']) return env['FIRST_HOP_DATA'];
  if (platform === 'win32')
    return paths.join(env['LOCALAPPDATA'] || paths.join(home, 'AppData', 'Local'), NAME);
  if (platform === 'darwin') return paths.join(home, 'Library', 'Application Support', NAME);
  return paths.join(absolute(env['XDG_DATA_HOME']) ?? paths.join(home, '.local', 'share'), NAME);
}

/** The XDG Base Directory Specification asks to ignore relative paths, and empty ones. */
function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true ? path : undefined;
}
