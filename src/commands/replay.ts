// `first-hop replay`: what a configuration would have decided about the exchanges of the journal.
import type { Config } from '../config/schema.ts';
import { countsOf, replayAll } from '../journal/replay.ts';
import type { Change } from '../journal/replay.ts';
import type { ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { JournalReader } from '../journal/store.ts';
import { retryPolicy } from '../retry/policy.ts';
import type { Log } from '../std/log.ts';
import { redact } from '../std/redact.ts';
import { compileRules } from '../verdict/rules.ts';

/** Exchanges named one by one; the rest are counted. */
const MOST_NAMED = 20;
const MOST_MESSAGE_CHARS = 160;

/**
 * Judges the latest exchanges again and tells which would go another way.
 * @param limit how many exchanges are looked at, the latest ones
 */
export async function replay(config: Config, journal: JournalReader, limit: number, log: Log): Promise<void> {
  const rules = compileRules(config.error_handling, config.response_parsing);
  const latest = await journal.list({ limit });
  const { looked, changes, unknown } = await replayAll(
    entriesOf(latest, journal),
    rules,
    retryPolicy(config.error_handling),
  );
  if (looked === 0) {
    log.info('The journal has no exchanges yet: chat a little, then try again.');
    return;
  }
  const counts = countsOf(changes);
  log.info(
    `${changes.length} of ${looked} would change${counts.length === 0 ? '.' : `: ${counts.join(', ')}`}`,
  );
  for (const change of changes.slice(0, MOST_NAMED)) log.info(lineOf(change));
  if (changes.length > MOST_NAMED) log.info(`… and ${changes.length - MOST_NAMED} more`);
  if (unknown > 0)
    log.info(
      `${unknown} could not be judged again whole, because what the provider answered was not kept (journal.bodies).`,
    );
}

async function* entriesOf(
  summaries: readonly ExchangeSummary[],
  journal: JournalReader,
): AsyncIterable<JournalEntry> {
  for (const { id } of summaries) {
    const entry = await journal.get(id);
    if (entry !== undefined) yield entry;
  }
}

function lineOf({ startedAt, model, attempt, from, to, rule, message }: Change): string {
  const when = new Date(startedAt).toISOString().replace('T', ' ').slice(0, 19);
  const by = rule === undefined ? '' : ` by ${rule}`;
  const said = oneLine(message).slice(0, MOST_MESSAGE_CHARS);
  return `  ${when}  ${oneLine(model ?? '(no model)')}  attempt ${attempt}: ${from} → ${to}${by}${said === '' ? '' : `  "${said}"`}`;
}

/** Text from outside, unable to move the terminal's cursor or to start a new line. */
function oneLine(text: string): string {
  return redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
