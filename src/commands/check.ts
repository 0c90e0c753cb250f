// `first-hop check`: says whether a configuration is valid, and where it is not.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { reportProblems } from '../config/explain.ts';
import { loadConfigFile } from '../config/file.ts';
import { findConfig } from '../config/find.ts';
import { FAILED, OK } from './machine.ts';
import type { Machine } from './machine.ts';

/**
 * Checks a file and returns the exit code.
 * @param file undefined: the one that start would use
 */
export async function check(file: string | undefined, machine: Machine): Promise<number> {
  const { cwd, env, log } = machine;
  const found =
    file === undefined
      ? findConfig({ ...machine, flag: undefined, exists: existsSync })
      : ({ kind: 'file', path: resolve(cwd, file) } as const);
  if (found.kind === 'missing') log.error(found.message);
  if (found.kind === 'none') {
    log.error(`There is no configuration to check: neither ${found.looked.join(' nor ')} exists.`);
  }
  if (found.kind !== 'file') return FAILED;
  const read = await loadConfigFile(found.path, env);
  reportProblems(read.problems, log);
  if (read.kind === 'invalid') return FAILED;
  log.info(`${found.path} is valid.`);
  return OK;
}
