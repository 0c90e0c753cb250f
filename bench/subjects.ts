// The proxies that are compared: the yardstick, First Hop as it is built, and whatever else the caller names.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from './children.ts';
import { PRODUCT, YARDSTICK } from './figure.ts';
import type { Subject } from './run.ts';

/** What subjects are started with. */
export interface Surroundings {
  readonly root: string;
  /** A folder of this run, for configuration and logs. */
  readonly folder: string;
  /** The upstream's origin. */
  readonly upstream: string;
  readonly core: string | undefined;
}

function subjectOf(name: string, command: readonly string[], { folder, core }: Surroundings): Subject {
  return {
    name,
    // Each start gets a home of its own: nothing one process remembers may help the next.
    start: () => startChild(name, command, mkdtempSync(join(folder, 'home-')), core),
  };
}

/** The yardstick; `file` is its bundled program. */
export function rawSubject(file: string, surroundings: Surroundings): Subject {
  return subjectOf(YARDSTICK, [process.execPath, file, surroundings.upstream], surroundings);
}

function configFile({ folder, upstream }: Surroundings): string {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, `target_proxy:\n  url: ${upstream}/v1\nserver:\n  port: 0\n`);
  return path;
}

/** First Hop as built into dist/, in its default configuration; undefined when it is not built. */
export function productSubject(surroundings: Surroundings): Subject | undefined {
  const main = join(surroundings.root, 'dist', 'main.js');
  if (!existsSync(main)) return undefined;
  const command = [process.execPath, main, 'start', '--config', configFile(surroundings), '--port', '0'];
  return subjectOf(PRODUCT, command, surroundings);
}

/**
 * Another proxy, given on the command line as `NAME=COMMAND`. In the command, `{upstream}` is the upstream's
 * origin and `{config}` a First Hop configuration file for it. It must print the `http://127.0.0.1:PORT` it
 * listens on. Throws when there is no name.
 */
export function otherSubject(text: string, surroundings: Surroundings): Subject {
  const [, name, command] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || command === undefined) {
    throw new Error(
      `--also ${text}: give it as NAME=COMMAND, as in --also "older=node /path/to/older/dist/main.js start --config {config} --port 0"`,
    );
  }
  const words = command
    .replaceAll('{upstream}', surroundings.upstream)
    .replaceAll('{config}', configFile(surroundings))
    .split(' ')
    .filter(Boolean);
  return subjectOf(name, words, surroundings);
}
