// Starts the real SillyTavern on loopback with a new, empty data folder, and ends it. Talking to it is client.ts
// (its API) and page.ts (its page).
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProgram } from '../program.ts';

/** A SillyTavern that answers. */
export interface SillyTavern {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
}

// Everything not named here keeps SillyTavern's default: loopback only, no accounts, streaming on.
const CONFIG = {
  browserLaunch: { enabled: false },
  whitelistDockerHosts: false,
  extensions: { autoUpdate: false, models: { autoDownload: false } },
  enableDownloadableTokenizers: false,
};

/** @param folder the installed package; its first start compiles the libraries of its page, which takes a while */
export async function startSillyTavern(folder: string): Promise<SillyTavern> {
  const home = mkdtempSync(join(tmpdir(), 'first-hop-sillytavern-'));
  const remove = (): void => rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  const configPath = join(home, 'config.yaml');
  const dataRoot = join(home, 'data');
  const port = await freePort();
  writeFileSync(configPath, JSON.stringify({ ...CONFIG, port }));
  shareCompiledLibraries(folder, dataRoot);
  try {
    const program = await startProgram({
      name: 'SillyTavern',
      args: [join(folder, 'server.js'), '--configPath', configPath, '--dataRoot', dataRoot],
      cwd: home,
      env: process.env,
      ready: /Go to: (http:\/\/127\.0\.0\.1:\d+)/,
      readyWithinMs: 120_000,
    });
    return {
      url: `http://127.0.0.1:${port}`,
      stop: async () => {
        await program.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** They hold nothing of the user's and would be compiled anew for every data folder. */
function shareCompiledLibraries(folder: string, dataRoot: string): void {
  const shared = join(folder, 'compiled-libraries');
  mkdirSync(shared, { recursive: true });
  mkdirSync(dataRoot, { recursive: true });
  symlinkSync(shared, join(dataRoot, '_webpack'), 'junction');
}

/** SillyTavern must know its port beforehand. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
