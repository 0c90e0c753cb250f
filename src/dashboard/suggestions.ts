// Failures that no rule knew, grouped by their text, each with a rule that is ready to be accepted.
import type { JournalEntry } from '../journal/entry.ts';
import type { JournalReader } from '../journal/store.ts';
import { textGroups, WILDCARD } from '../journal/templates.ts';
import type { TextGroup } from '../journal/templates.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ok } from './api.ts';
import type { ApiRoute } from './api.ts';
import type { DashboardParts } from './parts.ts';
import type { SuggestedRule, Suggestion } from './wire.ts';

/** As many of the latest exchanges are looked at. */
const MOST_LOOKED_AT = 1_000;
const MOST_SHOWN = 50;
/** A pattern of more words says nothing more. */
const PATTERN_WORDS = 12;
/** What stands for a word that differs: no white space, so that the pattern stays fast. */
const ANY_WORD = String.raw`\S{1,200}`;

/** The rules by which a verdict rests on nothing but a status. */
const STATUS_LISTS: ReadonlySet<string> = new Set([
  'retry_codes',
  'fail_codes',
  'conditional_retry_codes',
  'unlisted_status',
]);

export function suggestionRoutes({ store }: DashboardParts): readonly ApiRoute[] {
  return [['GET', 'suggestions', async () => ok({ suggestions: await suggestions(store) })]];
}

interface Kind {
  readonly group: TextGroup;
  readonly status: number | undefined;
  readonly lastAt: number;
  readonly lastExchange: string;
  count: number;
  delivered: number;
}

async function suggestions(store: JournalReader): Promise<readonly Suggestion[]> {
  const groups = textGroups();
  const kinds = new Map<string, Map<TextGroup, Kind>>();
  const latest = await store.list({ limit: MOST_LOOKED_AT });
  for (const { id, rule } of latest) {
    if (rule === undefined || !STATUS_LISTS.has(rule)) continue;
    const entry = await store.get(id);
    if (entry !== undefined) for (const failure of unknownFailures(entry)) note(entry, failure);
  }
  return [...kinds.values()]
    .flatMap((byGroup) => [...byGroup.values()])
    .sort((one, other) => other.count - one.count || other.lastAt - one.lastAt)
    .slice(0, MOST_SHOWN)
    .map(suggestionOf);

  function note(entry: JournalEntry, { status, message }: UnknownFailure): void {
    const group = groups.add(firstOf(message));
    const byGroup = kinds.get(String(status)) ?? new Map<TextGroup, Kind>();
    kinds.set(String(status), byGroup);
    // The newest comes first.
    const { startedAt: lastAt, id: lastExchange } = entry;
    const kind = byGroup.get(group) ?? { group, status, lastAt, lastExchange, count: 0, delivered: 0 };
    byGroup.set(group, kind);
    kind.count += 1;
    if (entry.end.kind === 'delivered') kind.delivered += 1;
  }
}

interface UnknownFailure {
  readonly status: number | undefined;
  readonly message: string;
}

/** Each once per exchange: ten attempts that met the same wall are one piece of news. */
function unknownFailures({ tries }: JournalEntry): readonly UnknownFailure[] {
  const found = new Map<string, UnknownFailure>();
  for (const { outcome, verdict } of tries.flatMap(({ judgements }) => judgements)) {
    if (!isUnknown(verdict)) continue;
    const status = 'status' in outcome ? outcome.status : undefined;
    found.set(`${status} ${verdict.message}`, { status, message: verdict.message });
  }
  return [...found.values()];
}

function isUnknown(verdict: Verdict): verdict is Extract<Verdict, { kind: 'retryable' | 'final' }> {
  return (
    (verdict.kind === 'retryable' || verdict.kind === 'final') &&
    STATUS_LISTS.has(verdict.rule) &&
    verdict.builtinRule === undefined &&
    verdict.recategorised === undefined &&
    verdict.message !== ''
  );
}

/** Several texts of one answer stand behind one another in its message; a rule is asked about each alone. */
function firstOf(message: string): string {
  return message.replace(/ - .*$/s, '');
}

function suggestionOf({ group, status, lastAt, lastExchange, count, delivered }: Kind): Suggestion {
  const template = group.words.join(' ');
  const pattern = patternOf(group.words);
  const description = `Suggested from ${count} recorded ${count === 1 ? 'exchange' : 'exchanges'}`;
  const retry: SuggestedRule = {
    kind: 'retry',
    path: ['response_parsing', 'status_recategorization', 'rules'],
    value: {
      pattern,
      ...(status !== undefined && { original_status: status }),
      new_status: 503,
      description,
    },
  };
  const stop: SuggestedRule = {
    kind: 'stop',
    path: ['error_handling', 'hard_stop_conditions', 'rules'],
    value: { pattern, description },
  };
  const rules = delivered > 0 ? [retry, stop] : [stop, retry];
  const told = { template, ...(status !== undefined && { status }), count, lastAt, lastExchange, delivered };
  return { ...told, rules };
}

/** A pattern for the beginning of a template, words that differ at its ends left out. */
export function patternOf(words: readonly string[]): string {
  const begin = words.findIndex((word) => word !== WILDCARD);
  const used = words.slice(Math.max(begin, 0)).slice(0, PATTERN_WORDS);
  const end = used.findLastIndex((word) => word !== WILDCARD) + 1;
  return used
    .slice(0, Math.max(end, 1))
    .map((word) => (word === WILDCARD ? ANY_WORD : word.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)))
    .join(String.raw`\s+`);
}
