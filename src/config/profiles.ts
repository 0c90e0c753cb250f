// Profiles: further configurations beside the main one, in files called config-NAME.yaml. Which names a request may use
// is settled where its path is read (server/routes.ts).
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { changedKeys } from './changes.ts';
import type { Problem } from './explain.ts';
import type { ReadResult } from './load.ts';
import { configSchema } from './schema.ts';

/** The file of a profile. */
export function profileFile(mainFile: string, profile: string): string {
  return join(dirname(mainFile), `config-${profile}.yaml`);
}

/** A profile's file, its name between the parts that all have. */
const FILE = /^config-([\w-]{1,64})\.yaml$/;

/** The names of the profiles that have a file beside the main one, sorted. */
export async function profileNames(mainFile: string): Promise<readonly string[]> {
  const files = await readdir(dirname(mainFile)).catch((): readonly string[] => []);
  const names = files.filter((file) => file !== basename(mainFile)).map((file) => FILE.exec(file)?.[1]);
  return names.filter((name) => name !== undefined).sort();
}

/**
 * Whether a file of exactly this name stands in its folder: some systems would also open `config-Writing.yaml` for
 * `config-writing.yaml`, and one profile should have one address.
 */
export async function isListed(file: string): Promise<boolean> {
  const names = await readdir(dirname(file)).catch((): readonly string[] => []);
  return names.includes(basename(file));
}

/**
 * What was read from a file as a profile can use it, with a warning when it sets what belongs to the process as a whole:
 * only the main file sets that.
 */
export function asProfile(read: ReadResult, file: string): ReadResult {
  if (read.kind === 'invalid') return read;
  const { server, journal, logging, error_logging } = configSchema.parse({});
  const config = { ...read.config, server, journal, logging, error_logging };
  const idle = changedKeys(config, read.config);
  if (idle.length === 0) return { ...read, config };
  const message = `${idle.join(', ')}: has no effect in a profile, only in the main file`;
  const warning: Problem = { severity: 'warning', file, path: '', message };
  return { ...read, config, problems: [...read.problems, warning] };
}
