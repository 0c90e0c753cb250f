// The first configuration file: asks for the provider and writes what was answered.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Log } from '../std/log.ts';
import { reportProblems } from './explain.ts';
import type { Environment } from './variables.ts';
import { readConfig } from './load.ts';

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** Asks, checks and writes; a file that exists is replaced only if the user says so. Returns whether it was written. */
export async function writeFirstConfig(
  path: string,
  terminal: Terminal,
  env: Environment,
  log: Log,
): Promise<boolean> {
  const lines = createInterface(terminal);
  const closed = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  /** Undefined when the user ends the input (Ctrl+C, Ctrl+D). */
  const ask = (question: string): Promise<string | undefined> =>
    Promise.race([
      closed,
      new Promise<string>((resolve) => lines.question(question, (text) => resolve(text.trim()))),
    ]);
  try {
    if (existsSync(path) && !/^y(?:es)?$/i.test((await ask(`${path} exists. Replace it? (y/N) `)) ?? '')) {
      log.info('Nothing was changed.');
      return false;
    }
    const url = await ask('Address of your provider (such as https://openrouter.ai/api/v1): ');
    const key = url && (await ask('API key (leave empty to use the one set in SillyTavern): '));
    if (!url || key === undefined) {
      log.info('Nothing was written.');
      return false;
    }
    const text = configText(url, key);
    const read = readConfig(text, path, env);
    reportProblems(read.problems, log);
    if (read.kind === 'invalid') {
      log.error('Nothing was written. Correct what is said above, then try again.');
      return false;
    }
    // A new file, because one that exists would keep its permissions: it may hold a key, so only its owner reads it.
    await rm(path, { force: true });
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    return true;
  } finally {
    lines.close();
  }
}

/** Texts in JSON's quotes are YAML too. */
function configText(url: string, key: string): string {
  const apikey = key === '' ? '' : `  apikey: ${JSON.stringify(key)}\n`;
  return `# All options: docs/options.md\ntarget_proxy:\n  url: ${JSON.stringify(url)}\n${apikey}`;
}
