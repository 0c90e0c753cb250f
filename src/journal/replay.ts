// What another configuration would have decided about recorded exchanges. Nothing is sent: only the first decision that
// differs is known, for what an upstream would have answered after it is not.
import { courseOf } from '../retry/decision.ts';
import type { Decision } from '../retry/decision.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { JournalEntry } from './entry.ts';
import { rejudge } from './rejudge.ts';

/** The first attempt of an exchange that would have gone another way. */
export interface Change {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly model: string | undefined;
  /** From 1. */
  readonly attempt: number;
  /** What was decided, e.g. `stop (attempts-exhausted)`. */
  readonly from: string;
  readonly to: string;
  /** The rule that decides otherwise; undefined where the verdict is good. */
  readonly rule: string | undefined;
  /** What the upstream had said. */
  readonly message: string;
}

/** What became of a replay. */
export interface Replay {
  readonly looked: number;
  readonly changes: readonly Change[];
  /** Exchanges with answers that were not kept, so that they could not be judged again whole. */
  readonly unknown: number;
}

/** Judges exchanges again by these rules. */
export async function replayAll(
  entries: AsyncIterable<JournalEntry>,
  rules: Rules,
  policy: RetryPolicy,
): Promise<Replay> {
  const changes: Change[] = [];
  let looked = 0;
  let unknown = 0;
  for await (const entry of entries) {
    looked += 1;
    const { judgements, unknown: missing } = rejudge(entry, rules, policy);
    const different = judgements.find(
      ({ recorded, verdict, decision }) =>
        wayOf(recorded.verdict, recorded.decision) !== wayOf(verdict, decision),
    );
    if (different !== undefined) changes.push(changeOf(entry, different));
    else if (missing > 0) unknown += 1;
  }
  return { looked, changes, unknown };
}

function changeOf(
  { id, startedAt, model }: JournalEntry,
  { attempt, recorded, verdict, decision }: ReturnType<typeof rejudge>['judgements'][number],
): Change {
  const failure = failureIn(verdict);
  return {
    id,
    startedAt,
    model,
    attempt,
    from: wayOf(recorded.verdict, recorded.decision),
    to: wayOf(verdict, decision),
    rule: failure?.rule,
    message: failure?.message ?? '',
  };
}

/** What follows, and for an end, why. How long a wait is does not count: it has a part of chance. */
function wayOf(verdict: Verdict, decision: Decision): string {
  if (decision.kind !== 'stop') return courseOf(decision);
  const why = decision.because === 'final' ? failureIn(verdict)?.reason : decision.because;
  return `stop (${why})`;
}

function failureIn(verdict: Verdict): Extract<Verdict, { readonly reason: unknown }> | undefined {
  return verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict : undefined;
}

/** How many exchanges would go which other way, the most frequent first: `7 stop (bad-key) → retry`. */
export function countsOf(changes: readonly Change[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { from, to } of changes) {
    const way = `${from} → ${to}`;
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one).map(([way, count]) => `${count} ${way}`);
}
