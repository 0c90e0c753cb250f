// Verdicts and decisions as the page shows them: in words, without secrets.
import { assertNever } from '../std/assert-never.ts';
import { redact } from '../std/redact.ts';
import { WORDING } from '../reply/words.ts';
import { courseOf } from '../retry/decision.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Judged, ShownVerdict } from './wire.ts';

/** @param secrets what must not be repeated, besides everything that looks like a key */
export function shownVerdict(verdict: Verdict, secrets: readonly string[] = []): ShownVerdict {
  switch (verdict.kind) {
    case 'good':
      return { kind: 'good', words: verdict.ended ? 'The reply arrived whole' : 'A good reply' };
    case 'moot':
      return { kind: 'moot', words: 'Nobody waits for it any more' };
    case 'retryable':
    case 'final': {
      const { kind, reason, rule, builtinRule, recategorised, status, message } = verdict;
      const pattern = (verdict.kind === 'final' ? verdict.hardStop : undefined) ?? recategorised;
      const because = [builtinRule, pattern && `“${pattern.pattern}”`].filter((part) => part !== undefined);
      return {
        kind,
        words: WORDING[reason].happened,
        reason,
        rule: redact([rule, ...because].join(' · '), secrets),
        status,
        message: redact(message, secrets),
      };
    }
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(verdict);
  }
}

/** Whether two judgements come to the same for the client and for the rules that made them. */
export function isSameJudgement(one: Judged, other: Judged): boolean {
  return (
    one.verdict.kind === other.verdict.kind &&
    one.verdict.status === other.verdict.status &&
    one.verdict.rule === other.verdict.rule &&
    kindOf(one.decision) === kindOf(other.decision)
  );
}

function kindOf(decision: Decision): string {
  return decision.kind === 'stop' ? `stop ${decision.because}` : courseOf(decision);
}
