// The commands that read the journal: where it is and how it is opened for reading.
import { join } from 'node:path';
import { dataFolder } from '../config/folders.ts';
import type { Config } from '../config/schema.ts';
import { retentionOf } from '../journal/keeping.ts';
import type { JournalReader } from '../journal/store.ts';
import { openJournalStore } from '../storage/journal-open.ts';
import { chooseConfig } from './choose-config.ts';
import { exportExchange } from './export.ts';
import { FAILED, OK } from './machine.ts';
import type { Machine } from './machine.ts';
import { replay } from './replay.ts';

/** `first-hop replay`. @returns the exit code */
export function replayCommand(flag: string | undefined, limit: number, machine: Machine): Promise<number> {
  return withJournal(flag, machine, async (journal, config) => {
    await replay(config, journal, limit, machine.log);
    return OK;
  });
}

/** `first-hop export`. @returns the exit code */
export function exportCommand(
  id: string | undefined,
  flag: string | undefined,
  machine: Machine,
): Promise<number> {
  return withJournal(flag, machine, async (journal) =>
    (await exportExchange(id, journal, machine.log)) ? OK : FAILED,
  );
}

async function withJournal(
  flag: string | undefined,
  machine: Machine,
  read: (journal: JournalReader, config: Config) => Promise<number>,
): Promise<number> {
  const chosen = await chooseConfig(flag, machine);
  if (chosen === undefined) return FAILED;
  const { journal } = chosen.config;
  const store = await openJournalStore({
    folder: journal.folder ?? join(dataFolder(machine), 'journal'),
    // Nothing is written, so nothing has to go.
    retention: retentionOf.bind(undefined, journal),
    clock: machine.clock,
    log: machine.log,
  });
  const exitCode = await read(store, chosen.config);
  await store.close();
  return exitCode;
}
