// Which configuration a command works with.
import { existsSync } from 'node:fs';
import type { ConfigSource } from '../app.ts';
import { reportProblems } from '../config/explain.ts';
import { loadConfigFile } from '../config/file.ts';
import { findConfig } from '../config/find.ts';
import { defaultConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { stampOf } from '../config/watch.ts';
import type { Machine } from './machine.ts';

/** The file a configuration was read from, and what it looked like before. */
export type Origin = Pick<ConfigSource, 'file' | 'asOf'>;

/**
 * The configuration a command works with; undefined when there is none that can be used, and why has been said.
 * @param flag what stands behind --config
 */
export async function chooseConfig(
  flag: string | undefined,
  machine: Machine,
): Promise<{ readonly config: Config; readonly origin: Origin | undefined } | undefined> {
  const found = findConfig({ ...machine, flag, exists: existsSync });
  if (found.kind === 'missing') {
    machine.log.error(found.message);
    return undefined;
  }
  const origin = found.kind === 'file' ? { file: found.path, asOf: await stampOf(found.path) } : undefined;
  const read = await (origin === undefined
    ? defaultConfig(machine.env)
    : loadConfigFile(origin.file, machine.env));
  reportProblems(read.problems, machine.log);
  if (read.kind === 'valid') return { config: read.config, origin };
  return undefined;
}
