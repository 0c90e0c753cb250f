// Reading the configuration file from disk; what it says is read in load.ts.
import { readFile } from 'node:fs';
import { readConfig, type ReadResult } from './load.ts';
import type { Environment, Override } from './variables.ts';

/** What Node's error codes mean to a person. */
const FAILURES: Readonly<Record<string, string>> = {
  ENOENT: 'this file does not exist',
  EISDIR: 'this is a folder, not a file',
  EACCES: 'this file may not be read by the current user; check its permissions',
};

/**
 * Reads and checks a configuration file. A file that cannot be read is a problem like any other.
 * @param overrides as in `readConfig`
 */
export function loadConfigFile(
  path: string,
  env: Environment,
  overrides?: readonly Override[],
): Promise<ReadResult> {
  return new Promise((resolve) => {
    readFile(path, (error, bytes) => {
      if (error !== null) {
        const words = FAILURES[String(error.code)] ?? `this file cannot be read (${error.code})`;
        resolve(unreadable(path, words));
        return;
      }
      const text = decodeUtf8(bytes);
      const notText = 'this file is not UTF-8 text; save it as UTF-8 in your editor';
      resolve(text === undefined ? unreadable(path, notText) : readConfig(text, path, env, overrides));
    });
  });
}

function decodeUtf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function unreadable(file: string, message: string): ReadResult {
  return { kind: 'invalid', problems: [{ severity: 'error', file, path: '', message }] };
}
