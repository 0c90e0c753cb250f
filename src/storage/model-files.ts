// Remembered model lists, one small file per upstream, so that SillyTavern stays connected while an upstream is down.
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelMemory } from '../exchange/model-list.ts';

/**
 * The memory of one upstream's list. A list that can not be kept or read is as good as none.
 * @param folder is created when something is remembered first
 * @param upstream its address; only a hash of it is kept, in the file's name
 */
export function modelFile(folder: string, upstream: string): ModelMemory {
  const name = createHash('sha256').update(upstream).digest('hex').slice(0, 32);
  const file = join(folder, `models-${name}.json`);
  let latest: Buffer | undefined;
  return {
    async recall() {
      latest ??= await readFile(file).catch(() => undefined);
      return latest;
    },
    async remember(list) {
      if (latest?.equals(list)) return;
      latest = list;
      await replace(folder, file, list).catch(() => undefined);
    },
  };
}

/** Writes beside the file and renames, so that a crash never leaves half a list. */
async function replace(folder: string, file: string, content: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, file);
}
