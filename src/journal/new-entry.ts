// Makes what is kept of an exchange that is over: the secrets removed, bodies only where they are to be kept.
import { redact, redactHeaders, redactValue, redactedHeadersJson, searchBody } from '../std/redact.ts';
import { usageTold } from '../upstream/usage.ts';
import type { Failure } from '../verdict/verdict.ts';
import type { Body, ChangedBy, ExchangeSummary, NewEntry, Tokens } from './entry.ts';
import { goodTriesJson, summaryJson } from './entry-json.ts';
import type { OutcomeKeeping } from './recorded-outcome.ts';
import type { Finished, ToldAttempt, ToldJudgement } from './recorder.ts';
import { rounded, triesOf } from './tries.ts';

/** Larger bodies (pictures, as a rule) are not kept; in bytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const NO_HEADERS = '[]';
const TOKENS = ['prompt', 'completion', 'total'] as const;

/** The entry of an exchange. */
export function newEntry(finished: Finished): NewEntry {
  const { asked, keeping, told } = finished;
  const request = searchBody(asked.received, asked.latin1);
  const known = [...asked.secrets(), ...request.secrets];
  const isKept = keeping.bodies === 'all' || (keeping.bodies === 'failed' && hasFailure(finished));
  const keepsRequest = isKept && keeping.requests;
  const keepsReply = isKept && keeping.replies;
  const reply = keepsReply ? bodyOf(told.received, known, told.latin1) : undefined;
  const outcomeKeeping: OutcomeKeeping = {
    bodies: keepsReply,
    headers: keeping.headers ? (raw) => redactHeaders(raw, known) : () => [],
    headersJson: keeping.headers ? (raw) => redactedHeadersJson(raw, known) : () => NO_HEADERS,
    secrets: known,
    reply: reply === undefined ? undefined : told.received,
    maxBodyBytes: MAX_BODY_BYTES,
  };
  const triesJson =
    goodTriesJson(finished, outcomeKeeping) ?? cleanJson(triesOf(finished, outcomeKeeping), known);
  const headers = keeping.headers ? `,"headers":${redactedHeadersJson(asked.headers, known)}` : '';
  const summary = summaryOf(finished, known);
  return {
    summary,
    summaryJson: summaryJson(summary),
    detailsJson: `{"tries":${triesJson}${headers}${changedByJson(finished, known)}}`,
    bodies: [
      keepsRequest && isSmall(asked.received) ? request.without(known) : undefined,
      keepsRequest && asked.sent !== asked.received ? bodyOf(asked.sent, known) : undefined,
      reply,
      keepsReply && told.sent !== told.received ? bodyOf(told.sent, known) : undefined,
    ],
  };
}

/** What the rules are called is of the user's own making, and may be anything. */
function changedByJson({ asked, told }: Finished, known: readonly string[]): string {
  const { changedBy: request } = asked;
  const { changedBy: reply } = told;
  if (request === undefined && reply === undefined) return '';
  const changedBy: ChangedBy = {
    ...(request && { request: namesOf(request) }),
    ...(reply && { reply: namesOf(reply) }),
  };
  return `,"changedBy":${cleanJson(changedBy, known)}`;
}

/** A preset counts once, however many steps it has. */
function namesOf(rules: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(rules.map(({ name }) => name))];
}

function bodyOf(body: Body | undefined, known: readonly string[], latin1?: string): Body | undefined {
  if (body === undefined || !isSmall(body)) return undefined;
  return typeof body === 'string' ? redact(body, known) : searchBody(body, latin1).without(known);
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
  return end.kind === 'failed' || lastFailureIn(attempts) !== undefined;
}

function failureIn({ verdict }: ToldJudgement): Failure | undefined {
  return verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict : undefined;
}

function lastFailureIn(attempts: readonly ToldAttempt[]): Failure | undefined {
  let last: Failure | undefined;
  for (const { judgements } of attempts)
    for (const judgement of judgements) last = failureIn(judgement) ?? last;
  return last;
}

/** What others have written in it is the model's name and the message of a failure. */
function summaryOf(finished: Finished, known: readonly string[]): ExchangeSummary {
  const { id, asked, model, end, sent, attempts, told, firstContentMs } = finished;
  const failure = lastFailureIn(attempts);
  return {
    id,
    startedAt: rounded(finished.startedAtWallMs),
    profile: asked.profile,
    endpoint: asked.endpoint,
    model: model === undefined ? undefined : redact(model, known),
    stream: asked.isStream,
    end: end.kind === 'failed' ? { ...end, message: redact(end.message, known) } : end,
    attempts: sent,
    rescues: attempts.filter(({ why }) => why === 'rescue').length,
    elapsedMs: rounded(finished.elapsedMs),
    firstContentMs: firstContentMs === undefined ? undefined : rounded(firstContentMs),
    rule: failure?.rule,
    reason: failure?.reason,
    tokens: tokensOf(attempts),
    requestBytes: asked.received.length,
    replyBytes: told.bytes,
  };
}

/** What all attempts have cost together; undefined where none was told. */
function tokensOf(attempts: readonly ToldAttempt[]): Tokens | undefined {
  const sum: { prompt?: number; completion?: number; total?: number } = {};
  for (const { judgements } of attempts) {
    for (const { outcome } of judgements) {
      const usage = outcome.kind === 'opened' ? undefined : usageTold(outcome);
      if (usage === undefined) continue;
      for (const name of TOKENS) {
        const count = usage[`${name}_tokens`];
        if (typeof count === 'number') sum[name] = (sum[name] ?? 0) + count;
      }
    }
  }
  return Object.keys(sum).length === 0 ? undefined : sum;
}
