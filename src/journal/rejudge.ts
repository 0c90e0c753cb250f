// Judges a recorded exchange again, by other rules: possible because judging is pure and the journal keeps what it rests
// on. Nothing is sent, and what came after an attempt is not imagined.
import { assertNever } from '../std/assert-never.ts';
import { decide } from '../retry/decide.ts';
import type { AttemptRecord, Decision } from '../retry/decision.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { classify } from '../verdict/classify.ts';
import type { Rules } from '../verdict/rules.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { JournalEntry, Judgement } from './entry.ts';
import type { RecordedCause, RecordedOutcome } from './recorded-outcome.ts';

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
      const verdict = verdictOn(recorded.outcome, rules, entry.startedAt + recorded.atMs);
      if (verdict === undefined) {
        unknown += 1;
        continue;
      }
      latest = { verdict, ...times };
      const situation = { ...recorded.situation, attempts: [...before, latest] };
      const decision = decide(verdict, situation, policy);
      judgements.push({ attempt: index + 1, recorded, verdict, decision });
    }
    if (latest !== undefined) before.push(latest);
  }
  return { judgements, unknown };
}

function verdictOn(recorded: RecordedOutcome, rules: Rules, wallMs: number): Verdict | undefined {
  // A stream that has begun to say something is good until it ends, by any rules.
  if (recorded.kind === 'opened') return { kind: 'good', ended: false };
  const outcome = revived(recorded);
  return outcome && classify(outcome, rules, wallMs);
}

function revived(recorded: Exclude<RecordedOutcome, { kind: 'opened' }>): Outcome | undefined {
  switch (recorded.kind) {
    case 'responded': {
      const { kind, status, headers, body } = recorded;
      return body === undefined
        ? undefined
        : { kind, status, headers: headers.flat(), body: Buffer.from(body) };
    }
    case 'ended': {
      const { headers, said, finishReason, cause, ...rest } = recorded;
      return {
        ...rest,
        headers: headers.flat(),
        said,
        finishReason,
        ...(cause !== undefined && { cause: errorFrom(cause) }),
      };
    }
    case 'unreachable':
    case 'broken':
      return { kind: recorded.kind, cause: errorFrom(recorded.cause) };
    case 'timed-out':
    case 'oversized':
    case 'aborted':
      return recorded;
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(recorded);
  }
}

function errorFrom({ message, code }: RecordedCause): Error {
  return Object.assign(new Error(message), code !== undefined && { code });
}
