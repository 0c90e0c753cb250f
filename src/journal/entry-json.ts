// The JSON of an entry, written field by field: where an exchange has gone as nearly all do, its objects have few fields,
// which are known. It is what `JSON.stringify` would write of the plain data (the tests compare), for a fraction of the time.
import { redact } from '../std/redact.ts';
import type { ExchangeSummary } from './entry.ts';
import type { KeptOutcome, OutcomeKeeping } from './recorded-outcome.ts';
import type { Finished, ToldAttempt, ToldJudgement } from './recorder.ts';

/**
 * The JSON of what `triesOf` gives, where all attempts were good; undefined where one was not: then others have written in
 * it, too.
 */
export function goodTriesJson(
  { attempts, startedAtMs }: Pick<Finished, 'attempts' | 'startedAtMs'>,
  keeping: OutcomeKeeping,
): string | undefined {
  let all = '';
  for (const attempt of attempts) {
    const judgements = goodJudgementsJson(attempt.judgements, startedAtMs, keeping);
    if (judgements === undefined) return undefined;
    const attemptJson = `${timesJson(attempt, startedAtMs)},"judgements":[${judgements}]}`;
    all += all === '' ? attemptJson : `,${attemptJson}`;
  }
  return `[${all}]`;
}

function timesJson({ why, startedAtMs, trace, judgements }: ToldAttempt, beginMs: number): string {
  const endedAtMs = judgements.at(-1)?.endedAtMs ?? startedAtMs;
  const begin = `{"why":"${why}","startedMs":${decimal(startedAtMs - beginMs)}`;
  const connected = timeField('connectedMs', trace?.connectedAtMs, beginMs);
  const answered = timeField('answeredMs', trace?.answeredAtMs, beginMs);
  const shown = timeField('shownMs', trace?.shownAtMs, beginMs);
  const end = `"endedMs":${decimal(endedAtMs - beginMs)},"bytes":${trace?.bytes ?? 0}`;
  return `${begin}${connected}${answered}${shown},${end}`;
}

function goodJudgementsJson(
  judgements: readonly ToldJudgement[],
  beginMs: number,
  keeping: OutcomeKeeping,
): string | undefined {
  let all = '';
  for (const { endedAtMs, outcome, verdict, decision, situation } of judgements) {
    if (verdict.kind !== 'good') return undefined;
    const outcomeJson = goodOutcomeJson(outcome, keeping);
    if (outcomeJson === undefined) return undefined;
    const { elapsedMs, commit, rescuesLeft, hasOtherStyle, chance } = situation;
    const decided = `"outcome":${outcomeJson},"decision":{"kind":"${decision.kind}"}`;
    const asItWas = `{"elapsedMs":${decimal(elapsedMs)},"commit":"${commit}","rescuesLeft":${rescuesLeft},"hasOtherStyle":${hasOtherStyle},"chance":${decimal(chance)}}`;
    const judgement = `{"atMs":${decimal(endedAtMs - beginMs)},${decided},"situation":${asItWas},"verdict":{"kind":"good","ended":${verdict.ended}}}`;
    all += all === '' ? judgement : `,${judgement}`;
  }
  return all;
}

/** Of others there are headers and a finish reason in it: what was done has neither an error nor a cause. */
function goodOutcomeJson(outcome: KeptOutcome, keeping: OutcomeKeeping): string | undefined {
  if (outcome.kind === 'opened') return `{"kind":"opened",${headJson(outcome, keeping)}}`;
  if (outcome.kind === 'responded') {
    const isReply = outcome.body === keeping.reply;
    if (!isReply && keeping.bodies) return undefined;
    const asked = outcome.unasked === true ? ',"unasked":true' : '';
    return `{"kind":"responded",${headJson(outcome, keeping)}${isReply ? ',"isReply":true' : ''}${asked}}`;
  }
  if (outcome.kind !== 'ended' || outcome.how !== 'done') return undefined;
  const { shown, finishReason } = outcome;
  const reason =
    finishReason === undefined
      ? ''
      : `,"finishReason":${JSON.stringify(redact(finishReason, keeping.secrets))}`;
  return `{"kind":"ended","how":"done",${headJson(outcome, keeping)},"shown":"${shown}"${reason}}`;
}

function headJson(
  { status, headers }: { readonly status: number; readonly headers: readonly string[] },
  keeping: OutcomeKeeping,
): string {
  return `"status":${status},"headers":${keeping.headersJson(headers)}`;
}

/** The JSON of a summary. */
export function summaryJson(summary: ExchangeSummary): string {
  const { id, startedAt, profile, endpoint, model, stream, end, attempts, rescues, elapsedMs } = summary;
  const { firstContentMs, rule, reason, tokens, requestBytes, replyBytes } = summary;
  const endJson = end.kind === 'delivered' ? '{"kind":"delivered"}' : JSON.stringify(end);
  const first = timeField('firstContentMs', firstContentMs);
  const asked = `{"id":"${id}","startedAt":${decimal(startedAt)}${field('profile', profile)},"endpoint":"${endpoint}"${field('model', model)}`;
  const course = `,"stream":${stream},"end":${endJson},"attempts":${attempts},"rescues":${rescues},"elapsedMs":${decimal(elapsedMs)}${first}`;
  const found = `${field('rule', rule)}${field('reason', reason)}${field('tokens', tokens)}`;
  return `${asked}${course}${found},"requestBytes":${requestBytes},"replyBytes":${replyBytes}}`;
}

function field(name: string, value: string | object | undefined): string {
  return value === undefined ? '' : `,"${name}":${JSON.stringify(value)}`;
}

function timeField(name: string, atMs: number | undefined, beginMs = 0): string {
  return atMs === undefined ? '' : `,"${name}":${decimal(atMs - beginMs)}`;
}

/** Thousandths as they stand behind a whole number. */
const THOUSANDTHS = Array.from({ length: 1_000 }, (_, count) => String(count / 1_000).slice(1));
/** Above, a thousandth less than a whole number is no number of its own any more. */
const MAX_THOUSANDTHS = 4e15;

/**
 * A number rounded to thousandths. V8 remembers the texts of small whole numbers, and works out all others each time.
 * Exported for the tests.
 */
export function decimal(value: number): string {
  const thousandths = Math.round(value * 1_000);
  if (!(thousandths >= 0 && thousandths < MAX_THOUSANDTHS)) return String(thousandths / 1_000);
  const whole = Math.floor(thousandths / 1_000);
  return `${whole}${THOUSANDTHS[thousandths - whole * 1_000]}`;
}
