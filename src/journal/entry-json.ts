// The JSON of an entry as `JSON.stringify` would write it (the test compares), for a third of the time where an exchange
// has gone as nearly all do: each of its objects has few fields, which are known.
import { theSame } from '../std/the-same.ts';
import type { AttemptEntry, ExchangeSummary, Judgement } from './entry.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';

/** The JSON of attempts that were good; undefined where one was not: then others have written in it, too. */
export function goodTriesJson(tries: readonly AttemptEntry[]): string | undefined {
  let all = '';
  for (const attempt of tries) {
    const judgements = goodJudgementsJson(attempt.judgements);
    if (judgements === undefined) return undefined;
    const { why, startedMs, connectedMs, answeredMs, shownMs, endedMs, bytes } = attempt;
    const reached = `${field('connectedMs', connectedMs)}${field('answeredMs', answeredMs)}${field('shownMs', shownMs)}`;
    const separator = all === '' ? '' : ',';
    all += `${separator}{"why":"${why}","startedMs":${startedMs}${reached},"endedMs":${endedMs},"bytes":${bytes},"judgements":[${judgements}]}`;
  }
  return `[${all}]`;
}

function goodJudgementsJson(judgements: readonly Judgement[]): string | undefined {
  let all = '';
  for (const { atMs, outcome, verdict, decision, situation } of judgements) {
    const outcomeJson = verdict.kind === 'good' ? goodOutcomeJson(outcome) : undefined;
    if (verdict.kind !== 'good' || outcomeJson === undefined) return undefined;
    const { elapsedMs, commit, rescuesLeft, hasOtherStyle, chance } = situation;
    const separator = all === '' ? '' : ',';
    const situationJson = `{"elapsedMs":${elapsedMs},"commit":"${commit}","rescuesLeft":${rescuesLeft},"hasOtherStyle":${hasOtherStyle},"chance":${chance}}`;
    all += `${separator}{"atMs":${atMs},"outcome":${outcomeJson},"decision":{"kind":"${decision.kind}"},"situation":${situationJson},"verdict":{"kind":"good","ended":${verdict.ended}}}`;
  }
  return all;
}

/** Of others there are headers and finish reasons in it, which are clean already. */
function goodOutcomeJson(outcome: RecordedOutcome): string | undefined {
  if (outcome.kind === 'opened') return `{"kind":"opened",${headJson(outcome)}}`;
  if (outcome.kind === 'responded' && outcome.body === undefined) {
    const isReply = outcome.isReply === true ? ',"isReply":true' : '';
    return `{"kind":"responded",${headJson(outcome)}${isReply}}`;
  }
  if (outcome.kind === 'ended' && outcome.how === 'done') {
    const { shown, finishReason } = outcome;
    const reason = finishReason === undefined ? '' : `,"finishReason":${JSON.stringify(finishReason)}`;
    return `{"kind":"ended","how":"done",${headJson(outcome)},"shown":"${shown}"${reason}}`;
  }
  return undefined;
}

interface Head {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
}

/** An attempt is judged more than once with the same headers. */
const headersJson = theSame((headers: Head['headers']) => JSON.stringify(headers));

function headJson({ status, headers }: Head): string {
  return `"status":${status},"headers":${headersJson(headers)}`;
}

/** The JSON of a summary. */
export function summaryJson(summary: ExchangeSummary): string {
  const { id, startedAt, profile, endpoint, model, stream, end, attempts, rescues, elapsedMs } = summary;
  const { firstContentMs, rule, reason, tokens, requestBytes, replyBytes } = summary;
  const endJson = end.kind === 'delivered' ? '{"kind":"delivered"}' : JSON.stringify(end);
  const asked = `{"id":${JSON.stringify(id)},"startedAt":${startedAt}${field('profile', profile)},"endpoint":"${endpoint}"${field('model', model)}`;
  const course = `,"stream":${stream},"end":${endJson},"attempts":${attempts},"rescues":${rescues},"elapsedMs":${elapsedMs}`;
  const found = `${field('firstContentMs', firstContentMs)}${field('rule', rule)}${field('reason', reason)}${field('tokens', tokens)}`;
  return `${asked}${course}${found},"requestBytes":${requestBytes},"replyBytes":${replyBytes}}`;
}

function field(name: string, value: number | string | object | undefined): string {
  if (value === undefined) return '';
  return `,"${name}":${typeof value === 'number' ? value : JSON.stringify(value)}`;
}
