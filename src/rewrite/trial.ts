// Rules tried out one by one: what each does to each text, and how long it takes. For people who write rules.
import { replyTexts, requestTexts } from '../dialect/text-places.ts';
import type { Clock } from '../std/clock.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { RuleRunner } from './budget.ts';
import { appliesTo } from './rules.ts';
import { BUDGET_MS } from './strikes.ts';

/** A text to try rules on. */
export interface TrialText {
  /** For people: `message 3 (user)`. */
  readonly where: string;
  /** A role of messages, or a part of a reply. */
  readonly kind: string;
  readonly text: string;
}

/** The texts of a request or of a reply. */
export interface TrialTexts {
  readonly of: 'request' | 'reply';
  readonly texts: readonly TrialText[];
}

/** What one rule has done; a preset counts as one. */
export interface TrialResult {
  readonly name: string;
  readonly changes: readonly { readonly where: string; readonly before: string; readonly after: string }[];
  readonly elapsedMs: number;
  /** It took too long for one of the texts, and would be left out there. */
  readonly isStopped: boolean;
}

/**
 * Finds the texts in JSON of a request or a reply; any other input is one text.
 * @param isReply whether such a text is a reply, or else a message of the user
 */
export function trialTexts(input: string, isReply: boolean): TrialTexts {
  const json = parseJson(input);
  const textAt = ({ start, end }: { start: number; end: number }): string =>
    String(JSON.parse(input.slice(start, end)));
  if (isObject(json) && Array.isArray(json['choices'])) {
    const texts = replyTexts(input, input.indexOf('{')).flatMap((choice) =>
      choice.texts.map((place) => ({
        where: `choice ${choice.index} (${place.part})`,
        kind: place.part,
        text: textAt(place),
      })),
    );
    return { of: 'reply', texts };
  }
  if (isObject(json) && ('messages' in json || 'prompt' in json)) {
    const texts = requestTexts(input).map((place, index) => ({
      where: `text ${index + 1} (${place.role})`,
      kind: place.role,
      text: textAt(place),
    }));
    return { of: 'request', texts };
  }
  return isReply
    ? { of: 'reply', texts: [{ where: 'the reply', kind: 'reply', text: input }] }
    : { of: 'request', texts: [{ where: 'the text (user)', kind: 'user', text: input }] };
}

/** Applies the rules in their order, each to what those before it have left. */
export async function tryRules(
  runner: RuleRunner,
  texts: readonly TrialText[],
  clock: Clock,
): Promise<readonly TrialResult[]> {
  const results: TrialResult[] = [];
  const current = texts.map(({ text }) => text);
  for (const name of new Set(runner.rules.map((rule) => rule.name))) {
    const rules = [...runner.rules.entries()].filter(([, rule]) => rule.name === name);
    const changes: TrialResult['changes'][number][] = [];
    let isStopped = false;
    const startedAtMs = clock.nowMs();
    for (const [index, { where, kind }] of texts.entries()) {
      const before = String(current[index]);
      const chain = rules.flatMap(([step, rule]) =>
        appliesTo(rule, kind) ? [{ kind: 'whole', step } as const] : [],
      );
      const job = { chains: [chain], pieces: [{ chain: 0, text: before, isEnd: true }] };
      const now = runner.runNow(job);
      const done = now === undefined ? await runner.run(job, BUDGET_MS) : { ...now, isPartial: false };
      const after = done.texts.join('');
      isStopped ||= done.isPartial;
      current[index] = after;
      if (after !== before) changes.push({ where, before, after });
    }
    results.push({ name, changes, elapsedMs: clock.nowMs() - startedAtMs, isStopped });
  }
  return results;
}
