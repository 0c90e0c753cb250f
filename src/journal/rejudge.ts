// Judges a recorded exchange again, by other rules: possible because judging is pure and the journal keeps what it rests
// on. Nothing is sent, and what came after an attempt is not imagined.
import { decide } from '../retry/decide.ts';
import type { AttemptRecord, Decision } from '../retry/decision.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import { classify } from '../verdict/classify.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { JournalEntry, Judgement } from './entry.ts';
import { fromRecord } from './recorded-outcome.ts';

/** One recorded judgement, and what it would be. */
export interface Rejudgement {
  /** From 1. */
  readonly attempt: number;
  readonly recorded: Judgement;
  readonly verdict: Verdict;
  readonly decision: Decision;
}

/** The judgements of an exchange by these rules; `unknown` counts the answers that were not kept. */
export function rejudge(
  entry: JournalEntry,
  rules: Rules,
  policy: RetryPolicy,
): { readonly judgements: readonly Rejudgement[]; readonly unknown: number } {
  const judgements: Rejudgement[] = [];
  const before: AttemptRecord[] = [];
  let unknown = 0;
  for (const [index, attempt] of entry.tries.entries()) {
    const times = { startedAtMs: attempt.startedMs, endedAtMs: attempt.endedMs };
    let latest: AttemptRecord | undefined;
    for (const recorded of attempt.judgements) {
      const outcome = fromRecord(recorded.outcome, entry.reply?.received);
      if (outcome === undefined) {
        unknown += 1;
        continue;
      }
      const verdict = classify(outcome, rules, entry.startedAt + recorded.atMs);
      latest = { verdict, ...times };
      const situation = { ...recorded.situation, attempts: [...before, latest] };
      const decision = decide(verdict, situation, policy);
      judgements.push({ attempt: index + 1, recorded, verdict, decision });
    }
    if (latest !== undefined) before.push(latest);
  }
  return { judgements, unknown };
}
