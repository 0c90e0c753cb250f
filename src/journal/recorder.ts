// Follows exchanges by their events, keeping references only: what is made of them is made later (new-entry.ts).
import type { Clock } from '../std/clock.ts';
import type { Asked, ExchangeEnd, ExchangeStep, Observe, Told } from '../exchange/events.ts';
import type { Decision } from '../retry/decision.ts';
import type { AttemptTrace } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Judgement } from './entry.ts';
import type { Keeping } from './keeping.ts';
import type { KeptOutcome } from './recorded-outcome.ts';

/** One judgement as it was told. */
export interface ToldJudgement {
  readonly endedAtMs: number;
  readonly outcome: KeptOutcome;
  readonly verdict: Verdict;
  readonly decision: Decision;
  readonly situation: Judgement['situation'];
}

/** One attempt as it was told; times on the clock that never jumps. */
export interface ToldAttempt {
  readonly why: 'first' | 'retry' | 'rescue';
  /** Known from the first judgement on; an attempt is judged even if the client leaves. */
  startedAtMs: number;
  trace: AttemptTrace | undefined;
  readonly judgements: ToldJudgement[];
}

/** An exchange that is over, with all that was told of it, keys included. */
export interface Finished {
  readonly id: string;
  readonly asked: Asked;
  readonly attempts: readonly ToldAttempt[];
  readonly end: ExchangeEnd;
  readonly model: string | undefined;
  readonly sent: number;
  readonly startedAtMs: number;
  /** Milliseconds since the epoch. */
  readonly startedAtWallMs: number;
  readonly elapsedMs: number;
  readonly firstContentMs: number | undefined;
  readonly told: Told;
  readonly keeping: Keeping;
}

/**
 * Hands each exchange on when it is over.
 * @param keepingNow asked when an exchange begins: what is wanted then counts for all of it
 */
export function recorder(
  keepingNow: () => Keeping,
  clock: Clock,
  isOver: (finished: Finished) => void,
): Observe {
  return (asked) => {
    const keeping = keepingNow();
    if (!keeping.enabled && !keeping.isLogged) return ignore;
    const attempts: ToldAttempt[] = [];
    return (step) => {
      if (step.kind === 'attempt-start') {
        attempts.push({ why: step.why, startedAtMs: 0, trace: undefined, judgements: [] });
      } else if (step.kind === 'attempt-outcome') {
        noteOutcome(attempts, step);
      } else {
        const {
          exchangeId: id,
          end,
          model,
          attempts: sent,
          startedAtMs,
          elapsedMs,
          firstContentMs,
          told,
        } = step;
        const startedAtWallMs = clock.wallMs() - elapsedMs;
        const times = { startedAtMs, startedAtWallMs, elapsedMs, firstContentMs };
        isOver({ id, asked, attempts, end, model, sent, ...times, told, keeping });
      }
    };
  };
}

function ignore(): void {
  // Nobody wants to know.
}

/** Who leaves while nothing is being tried has left after the last attempt: it is judged there. */
function noteOutcome(
  attempts: readonly ToldAttempt[],
  event: Extract<ExchangeStep, { readonly kind: 'attempt-outcome' }>,
): void {
  const attempt = attempts.at(-1);
  if (attempt === undefined) return;
  const { startedAtMs, endedAtMs, trace, outcome, verdict, decision } = event;
  const { elapsedMs, commit, rescuesLeft, hasOtherStyle, chance } = event.situation;
  const situation = { elapsedMs, commit, rescuesLeft, hasOtherStyle, chance };
  if (attempt.judgements.length === 0) attempt.startedAtMs = startedAtMs;
  attempt.trace = trace;
  attempt.judgements.push({ endedAtMs, outcome: withoutStream(outcome), verdict, decision, situation });
}

/** A stream that runs is not to be held by those who only want to tell of it. */
function withoutStream(outcome: Parameters<typeof noteOutcome>[1]['outcome']): KeptOutcome {
  if (outcome.kind !== 'opened') return outcome;
  const { kind, status, headers } = outcome;
  return { kind, status, headers };
}
