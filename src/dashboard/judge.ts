// Judges recorded exchanges again: by the rules in use now, or by those of a text that has not been saved.
import type { Decision } from '../retry/decision.ts';
import type { JournalEntry } from '../journal/entry.ts';
import { rejudge } from '../journal/rejudge.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { ok, refusal } from './api.ts';
import type { ApiRoute } from './api.ts';
import { UNKNOWN_EXCHANGE } from './exchanges.ts';
import type { DashboardParts, Judging } from './parts.ts';
import { judgingFor } from './judging.ts';
import { isSameJudgement, shownVerdict } from './shown.ts';
import type { JudgeAnswer, Judged } from './wire.ts';

export function judgeRoutes(parts: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'POST',
      'exchanges/*/judge',
      async ({ params, body }) => {
        const entry = await parts.store.get(String(params[0]));
        if (entry === undefined) return UNKNOWN_EXCHANGE;
        const wanted = await judgingFor(parts, { ...body, profile: entry.profile });
        if (wanted.kind === 'invalid') return refusal(422, 'This configuration can not be used.', wanted);
        return ok(judgeAgain(entry, wanted.judging));
      },
    ],
  ];
}

function judgeAgain(entry: JournalEntry, { rules, policy }: Judging): JudgeAnswer {
  const { judgements, unknown } = rejudge(entry, rules, policy);
  const attempts = judgements.map(({ attempt, recorded, verdict, decision }) => {
    const before = judged(recorded.verdict, recorded.decision);
    const after = judged(verdict, decision);
    return { attempt, before, after, isChanged: !isSameJudgement(before, after) };
  });
  return { attempts, unknown };
}

/** A judgement as the page shows it. */
export function judged(verdict: Verdict, decision: Decision): Judged {
  return { verdict: shownVerdict(verdict), decision };
}
