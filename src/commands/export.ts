// `first-hop export`: one recorded failure as a sanitised fixture, for a bug report.
import { exportFixture } from '../journal/export.ts';
import type { JournalReader } from '../journal/store.ts';
import type { Log } from '../std/log.ts';

/** How far back the latest failure is looked for. */
const MOST_LOOKED_AT = 1_000;

/**
 * Writes the fixture of an exchange to standard output.
 * @param id as the page and the journal show it, or its beginning; undefined: the latest exchange that failed or was
 *   retried
 * @returns whether there was something to write; if not, why has been said
 */
export async function exportExchange(
  id: string | undefined,
  journal: JournalReader,
  log: Log,
): Promise<boolean> {
  const latest = await journal.list({ limit: MOST_LOOKED_AT });
  const found =
    id === undefined
      ? latest.find(({ end, attempts }) => end.kind === 'failed' || attempts > 1)
      : (latest.find((summary) => summary.id.startsWith(id)) ?? { id });
  if (found === undefined) {
    log.error(`Nothing has failed in the latest ${latest.length} exchanges of the journal.`);
    return false;
  }
  const entry = await journal.get(found.id);
  if (entry === undefined) {
    log.error(`The journal has no exchange ${found.id}. Its id stands on the page, under History.`);
    return false;
  }
  const fixture = exportFixture(entry);
  if (fixture === undefined) {
    log.error(`No attempt of exchange ${entry.id} has failed, so there is nothing to report about it.`);
    return false;
  }
  log.info(JSON.stringify(fixture, null, 2));
  return true;
}
