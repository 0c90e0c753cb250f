// The attempts of an exchange as plain data.
import type { AttemptEntry } from './entry.ts';
import { toRecord } from './recorded-outcome.ts';
import type { OutcomeKeeping } from './recorded-outcome.ts';
import type { Finished, ToldJudgement } from './recorder.ts';

/** What is kept of the attempts. */
export function triesOf(
  { attempts, startedAtMs }: Pick<Finished, 'attempts' | 'startedAtMs'>,
  keeping: OutcomeKeeping,
): readonly AttemptEntry[] {
  const since = (ms: number): number => rounded(ms - startedAtMs);
  const reached = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : since(ms));
  return attempts.map((attempt) => {
    const { why, trace, judgements } = attempt;
    return {
      why,
      startedMs: since(attempt.startedAtMs),
      connectedMs: reached(trace?.connectedAtMs),
      answeredMs: reached(trace?.answeredAtMs),
      shownMs: reached(trace?.shownAtMs),
      endedMs: since(judgements.at(-1)?.endedAtMs ?? attempt.startedAtMs),
      bytes: trace?.bytes ?? 0,
      judgements: judgements.map(({ endedAtMs, outcome, verdict, decision, situation }) => ({
        atMs: since(endedAtMs),
        outcome: toRecord(outcome, keeping),
        decision,
        situation,
        // What a hard stop shows of the answer is a body too.
        verdict: keeping.bodies ? verdict : withoutAnswer(verdict),
      })),
    };
  });
}

function withoutAnswer(verdict: ToldJudgement['verdict']): ToldJudgement['verdict'] {
  if (verdict.kind !== 'final' || verdict.hardStop === undefined) return verdict;
  const { originalResponse: _, ...hardStop } = verdict.hardStop;
  return { ...verdict, hardStop };
}

/** To a thousandth of a millisecond. */
export function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
