// Where programs are kept that tests and measurements install for themselves: SillyTavern, other gateways.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Under FIRST_HOP_CACHE, else where this operating system keeps caches. */
export function cacheFolder(): string {
  const { FIRST_HOP_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (FIRST_HOP_CACHE) return FIRST_HOP_CACHE;
  const home = homedir();
  if (process.platform === 'win32') return join(LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'first-hop');
  if (process.platform === 'darwin') return join(home, 'Library', 'Caches', 'first-hop');
  return join(XDG_CACHE_HOME ?? join(home, '.cache'), 'first-hop');
}
