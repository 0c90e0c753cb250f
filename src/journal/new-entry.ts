// Makes what is kept of an exchange that is over: the secrets removed, bodies only where they are to be kept.
import { redact, redactHeaders, redactValue, searchBody } from '../std/redact.ts';
import { usageTold } from '../upstream/usage.ts';
import type { Failure } from '../verdict/verdict.ts';
import type { AttemptEntry, Body, ExchangeSummary, NewEntry, Tokens } from './entry.ts';
import { toRecord } from './recorded-outcome.ts';
import type { OutcomeKeeping } from './recorded-outcome.ts';
import type { Finished, ToldAttempt, ToldJudgement } from './recorder.ts';

/** Larger bodies (pictures, as a rule) are not kept; in bytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** How much memory an exchange that is over takes until its entry is made, in bytes. */
export function weightOf({ asked, told, attempts }: Finished): number {
  const bodies = [
    asked.received,
    asked.sent === asked.received ? undefined : asked.sent,
    told.received,
    told.sent,
  ];
  const answers = attempts.flatMap(({ judgements }) =>
    judgements.map(({ outcome }) => (outcome.kind === 'responded' ? outcome.body : undefined)),
  );
  return [...bodies, ...answers].reduce((sum, body) => sum + (body?.length ?? 0), 0);
}

/** The entry of an exchange. */
export function newEntry(finished: Finished): NewEntry {
  const { asked, keeping, told } = finished;
  const request = searchBody(asked.received);
  const known = [...asked.secrets(), ...request.secrets];
  const isKept = keeping.bodies === 'all' || (keeping.bodies === 'failed' && hasFailure(finished));
  const keepsRequest = isKept && keeping.requests;
  const keepsReply = isKept && keeping.replies;
  const reply = keepsReply ? bodyOf(told.received, known) : undefined;
  const tries = triesOf(finished, {
    bodies: keepsReply,
    headers: keeping.headers,
    secrets: known,
    reply: reply === undefined ? undefined : told.received,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const headers = keeping.headers ? `,"headers":${JSON.stringify(redactHeaders(asked.headers, known))}` : '';
  const summary = summaryOf(finished, known);
  return {
    summary,
    summaryJson: JSON.stringify(summary),
    detailsJson: `{"tries":${cleanJson(tries, known)}${headers}}`,
    bodies: [
      keepsRequest && isSmall(asked.received) ? request.without(known) : undefined,
      keepsRequest && asked.sent !== asked.received ? bodyOf(asked.sent, known) : undefined,
      reply,
      keepsReply && told.sent !== told.received ? bodyOf(told.sent, known) : undefined,
    ],
  };
}

function bodyOf(body: Body | undefined, known: readonly string[]): Body | undefined {
  if (body === undefined || !isSmall(body)) return undefined;
  return typeof body === 'string' ? redact(body, known) : searchBody(body).without(known);
}

function isSmall(body: Body): boolean {
  return body.length <= MAX_BODY_BYTES;
}

/** Most have no secret in them, which is seen quickest in the JSON they become anyway. */
function cleanJson(value: unknown, known: readonly string[]): string {
  const json = JSON.stringify(value);
  return redact(json, known) === json ? json : JSON.stringify(redactValue(value, known));
}

function hasFailure({ end, attempts }: Finished): boolean {
  return (
    end.kind === 'failed' ||
    attempts.some(({ judgements }) => judgements.some((judgement) => failureIn(judgement)))
  );
}

function failureIn({ verdict }: ToldJudgement): Failure | undefined {
  return verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict : undefined;
}

function triesOf({ attempts, startedAtMs }: Finished, keeping: OutcomeKeeping): readonly AttemptEntry[] {
  const since = (ms: number): number => rounded(ms - startedAtMs);
  return attempts.map((attempt) => {
    const { why, trace, judgements } = attempt;
    return {
      why,
      startedMs: since(attempt.startedAtMs),
      ...(trace?.connectedAtMs !== undefined && { connectedMs: since(trace.connectedAtMs) }),
      ...(trace?.answeredAtMs !== undefined && { answeredMs: since(trace.answeredAtMs) }),
      ...(trace?.shownAtMs !== undefined && { shownMs: since(trace.shownAtMs) }),
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

/** What others have written in it is the model's name and the message of a failure. */
function summaryOf(finished: Finished, known: readonly string[]): ExchangeSummary {
  const { id, asked, model, end, sent, attempts, told, firstContentMs } = finished;
  const failure = attempts
    .flatMap(({ judgements }) => judgements.map(failureIn))
    .findLast((found) => found !== undefined);
  const tokens = tokensOf(attempts);
  return {
    id,
    startedAt: rounded(finished.startedAtWallMs),
    ...(asked.profile !== undefined && { profile: asked.profile }),
    endpoint: asked.endpoint,
    ...(model !== undefined && { model: redact(model, known) }),
    stream: asked.isStream,
    end: end.kind === 'failed' ? { ...end, message: redact(end.message, known) } : end,
    attempts: sent,
    rescues: attempts.filter(({ why }) => why === 'rescue').length,
    elapsedMs: rounded(finished.elapsedMs),
    ...(firstContentMs !== undefined && { firstContentMs: rounded(firstContentMs) }),
    ...(failure !== undefined && { rule: failure.rule, reason: failure.reason }),
    ...(tokens !== undefined && { tokens }),
    requestBytes: asked.received.length,
    replyBytes: told.bytes,
  };
}

/** What all attempts have cost together; undefined where none was told. */
function tokensOf(attempts: readonly ToldAttempt[]): Tokens | undefined {
  const told = attempts.flatMap(({ judgements }) =>
    judgements.flatMap(({ outcome }) => {
      const isUntold =
        outcome.kind === 'opened' || (outcome.kind === 'responded' && !outcome.body.includes('"usage"'));
      const usage = isUntold ? undefined : usageTold(outcome);
      return usage === undefined ? [] : [usage];
    }),
  );
  const sum = (name: string): number | undefined => {
    const counts = told.map((usage) => usage[name]).filter((count) => typeof count === 'number');
    return counts.length === 0 ? undefined : counts.reduce((a, b) => a + b, 0);
  };
  const [prompt, completion, total] = [sum('prompt_tokens'), sum('completion_tokens'), sum('total_tokens')];
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  return {
    ...(prompt !== undefined && { prompt }),
    ...(completion !== undefined && { completion }),
    ...(total !== undefined && { total }),
  };
}

/** To a thousandth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
