// The configuration file on disk: replaced in one step, with the texts before it kept to go back to. What a text means is
// not known here.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../std/clock.ts';

/** Versions hold keys: nobody but the user may read them. */
const PRIVATE = 0o600;
const MOST_VERSIONS = 50;
const NAME = /^(\d{13,15})\.yaml$/;

/** A text file with its history. */
export interface VersionedFile {
  /** Empty where there is no file yet. Rejects when there is one that can not be read. */
  read(): Promise<string>;
  /** Rejects with Node's error; then the file is as it was. */
  write(text: string): Promise<void>;
  /** Newest first. */
  versions(): Promise<readonly { readonly id: string; readonly savedAt: number }[]>;
  readVersion(id: string): Promise<string | undefined>;
}

/** @param folder of the versions; is made when the first one is kept */
export function versionedFile(file: string, folder: string, clock: Clock): VersionedFile {
  const read = (): Promise<string> =>
    readFile(file, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return '';
      throw error;
    });
  const names = async (): Promise<readonly string[]> =>
    (await readdir(folder).catch(() => []))
      .filter((name) => NAME.test(name))
      .sort()
      .toReversed();
  return {
    read,
    async write(text) {
      const before = await read();
      if (before !== '') await keep(folder, before, clock.wallMs());
      for (const name of (await names()).slice(MOST_VERSIONS)) await rm(join(folder, name), { force: true });
      await replace(file, text);
    },
    async versions() {
      return (await names()).map((name) => {
        const id = name.replace('.yaml', '');
        return { id, savedAt: Number(id) };
      });
    },
    async readVersion(id) {
      const name = `${id}.yaml`;
      return NAME.test(name) ? readFile(join(folder, name), 'utf8').catch(() => undefined) : undefined;
    },
  };
}

async function keep(folder: string, text: string, wallMs: number): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, `${wallMs}.yaml`), text, { mode: PRIVATE });
}

/** Writes beside the file and renames. A link stays a link, and the file keeps its permissions. */
async function replace(file: string, text: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => PRIVATE,
  );
  await mkdir(dirname(target), { recursive: true });
  const draft = `${target}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode });
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
