// Whether an exchange is one that is asked for: the same answer whatever store it lies in.
import { parseJson } from '../std/json.ts';
import type { AttemptEntry, ExchangeSummary } from './entry.ts';
import type { JournalQuery } from './store.ts';

/** What a text is searched in besides the summary, as the store has it. */
export interface Searched {
  /** `tries` and `headers` as JSON. */
  readonly detailsJson: string;
  readonly bodies: readonly string[];
}

export interface Matcher {
  /** All but the text. */
  fits: (summary: ExchangeSummary) => boolean;
  /** Whether the text is in the summary: the rest need not be read then. */
  isIn: (summary: ExchangeSummary) => boolean;
  isInside: (searched: Searched) => boolean;
}

/** Prepares a question that is put to many exchanges. */
export function matcherOf(query: JournalQuery): Matcher {
  const { text = '', model, profile, end, rule, retried, before = Infinity, since = 0 } = query;
  const pattern = patternOf(text);
  return {
    fits: (summary) =>
      (model === undefined || summary.model === model) &&
      (profile === undefined || (summary.profile ?? null) === profile) &&
      (end === undefined || summary.end.kind === end) &&
      (rule === undefined || summary.rule === rule) &&
      (retried === undefined || summary.attempts > 1 === retried) &&
      summary.startedAt < before &&
      summary.startedAt >= since,
    isIn: ({ model = '', end }) =>
      text === '' || pattern.test(model) || (end.kind === 'failed' && pattern.test(end.message)),
    isInside: ({ detailsJson, bodies }) =>
      bodies.some((body) => pattern.test(body)) ||
      (pattern.test(detailsJson) && messagesIn(detailsJson).some((message) => pattern.test(message))),
  };
}

/** The text as it is, as it stands in JSON, and in JSON in JSON. */
function patternOf(text: string): RegExp {
  const inJson = JSON.stringify(text).slice(1, -1);
  const twice = JSON.stringify(inJson).slice(1, -1);
  const forms = [...new Set([text, inJson, twice])].map((form) =>
    form.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(forms.join('|'), 'iu');
}

/** What failed attempts said: not the names of fields around it. */
function messagesIn(detailsJson: string): readonly string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by newEntry
  const details = parseJson(detailsJson) as { readonly tries?: readonly AttemptEntry[] } | undefined;
  const judgements = (details?.tries ?? []).flatMap((attempt) => attempt.judgements);
  return judgements.flatMap(({ verdict, outcome }) => [
    'message' in verdict ? verdict.message : '',
    outcome.kind === 'responded' ? (outcome.body ?? '') : '',
  ]);
}
