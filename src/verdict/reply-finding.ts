// What is wrong with an answer or a stream that came: an error, nothing in it, or nothing that can be read.
import { readReply } from '../dialect/openai-chat.ts';
import type { Shown } from '../dialect/openai-chat.ts';
import { SPOOF_HEADER, readSpoofedError } from '../dialect/spoofed-error.ts';
import { readWhole } from '../dialect/whole-body.ts';
import { isObject } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { headerValue } from '../upstream/headers.ts';
import type { Ended, RawHeaders, Responded } from '../upstream/outcome.ts';
import { readCause } from './error-cause.ts';
import { jsonText, readErrorText } from './error-text.ts';
import { BY_STATUS } from './finding.ts';
import type { Finding } from './finding.ts';
import { textsAt } from './json-path.ts';
import { shortened, wordsForPeople } from './markup.ts';
import type { Reason } from './reason.ts';
import { statedWaitMs } from './retry-after.ts';
import type { Rules } from './rules.ts';
import { BAD_GATEWAY, GATEWAY_TIMEOUT } from './status.ts';
import { costForStatus, reasonForStatus, statusInError, statusInTitle } from './status.ts';

/** An answer as it was read. */
interface Answer {
  readonly status: number;
  readonly headers: RawHeaders;
  /** As JSON, also where a stream tells it; undefined if it is none. */
  readonly parsed: unknown;
  readonly text: string;
  /** What of it is a model's words; where there are some, the text as a whole is not matched by patterns. */
  readonly shown: Shown;
}

/**
 * What is wrong with a whole answer; undefined when it is good and no path of the user's leads into it.
 * @param wallMs the time now, for waits given as dates
 */
export function replyFinding(outcome: Responded, rules: Rules, wallMs: number): Finding | undefined {
  const { status, headers, body, plain } = outcome;
  if (isSuccess(status) && plain !== undefined && rules.paths.length === 0) return undefined;
  // Some upstreams send a byte order mark or, while one waits, blank lines first; trim() takes off both.
  const text = body.toString('utf8').trim();
  // An answer that came as a stream unasked is judged by what it tells as a whole.
  const parsed = readWhole(body, text);
  const unread: Answer = { status, headers, parsed, text, shown: 'nothing' };
  if (!isSuccess(status)) return errorAnswer(unread, rules, wallMs);
  if (text === '') return failedAnswer('empty-reply', unread, rules, wallMs);
  if (!isObject(parsed)) return failedAnswer('malformed-reply', unread, rules, wallMs);
  const { shown, error, finishReason } = readReply(parsed);
  const answer: Answer = { ...unread, shown };
  const spoofed = spoofedFinding(unread, parsed, rules, wallMs);
  if (spoofed !== undefined) return spoofed;
  if (error !== undefined) return failedAnswer('error-in-reply', answer, rules, wallMs);
  if (shown === 'content') return goodReply(answer, rules);
  if (!Array.isArray(parsed['choices']) && finishReason === undefined)
    return failedAnswer('malformed-reply', answer, rules, wallMs);
  return emptyReply(answer, finishReason, rules, wallMs);
}

/** What is wrong with a stream that is over; undefined when it ended well with something to show. */
export function streamEndFinding(outcome: Ended, rules: Rules, wallMs: number): Finding | undefined {
  const { how, status, headers, shown, finishReason, error, cause } = outcome;
  // What breaks after the finish_reason takes nothing of the reply away.
  const isWhole = how === 'done' || (how !== 'error-frame' && finishReason !== undefined);
  if (isWhole && shown === 'content') return undefined;
  if (how === 'done') {
    return emptyReply({ status, headers, parsed: undefined, text: '', shown }, finishReason, rules, wallMs);
  }
  if (how === 'error-frame') {
    const inFrame = isObject(error) ? readReply(error).shown : 'nothing';
    const answer: Answer = { status, headers, parsed: error, text: jsonText(error), shown: inFrame };
    const finding = failedAnswer('error-in-reply', answer, rules, wallMs);
    return shown === 'nothing' ? finding : { ...finding, cost: 'maybe', isRefusal: false };
  }
  const messages = cause === undefined ? [] : readCause(cause).messages;
  return {
    reason: how === 'cut' ? 'cut' : 'stalled',
    upstreamStatus: status,
    status: how === 'cut' ? BAD_GATEWAY : GATEWAY_TIMEOUT,
    message: messages.join(' - '),
    texts: messages,
    retryAfterMs: undefined,
    cost: 'maybe',
    isRefusal: false,
    otherwise: { kind: 'retry', rule: 'broken_streams' },
    original: undefined,
  };
}

/** Redirects are not followed, because the key must not travel; where one leads is said without its query. */
function errorAnswer(answer: Answer, rules: Rules, wallMs: number): Finding {
  const finding = failedAnswer('error-status', answer, rules, wallMs);
  const location = finding.reason === 'redirected' ? headerValue(answer.headers, 'location') : undefined;
  if (location === undefined) return finding;
  const target = location
    .slice(0, 500)
    .replace(/[?#].*/s, '')
    .replace(/\/\/[^/@]*@/, '//');
  return { ...finding, message: `redirects to ${target}` };
}

/** The error that a reverse proxy has dressed as a reply; undefined when it is none. */
function spoofedFinding(
  answer: Answer,
  reply: JsonObject,
  rules: Rules,
  wallMs: number,
): Finding | undefined {
  const error = readSpoofedError(reply, headerValue(answer.headers, SPOOF_HEADER) !== undefined);
  if (error === undefined) return undefined;
  const unwrapped: Answer = { ...answer, parsed: error, text: jsonText(error) };
  return { ...failedAnswer('error-in-reply', unwrapped, rules, wallMs), original: reply };
}

/** Where the length limit has ended the reply, everything up to it has been paid for. */
const USED_UP = /^(?:length|max_tokens)$/i;

/** A clean end with nothing to show, thinking aside. How it ended may tell why. */
function emptyReply(answer: Answer, finishReason = 'stop', rules: Rules, wallMs: number): Finding {
  const finding = failedAnswer('empty-reply', answer, rules, wallMs);
  const ending = shortened(`finish_reason: ${finishReason}`);
  return {
    ...finding,
    message: /^stop$/i.test(finishReason) ? '' : ending,
    texts: [...finding.texts, ending],
    cost: USED_UP.test(finishReason) ? 'billed' : finding.cost,
    isRefusal: false,
  };
}

/** A good reply is matched only where the user's own paths lead into it. */
function goodReply(answer: Answer, rules: Rules): Finding | undefined {
  const texts = textsAtPaths(answer.parsed, rules);
  if (texts.length === 0) return undefined;
  return {
    reason: 'error-in-reply',
    upstreamStatus: answer.status,
    status: answer.status,
    message: shortened(wordsForPeople(texts.join(' - '))),
    texts,
    retryAfterMs: undefined,
    cost: 'maybe',
    isRefusal: false,
    otherwise: { kind: 'deliver' },
    original: answer.parsed,
  };
}

/**
 * A failed answer. Its status is the HTTP one; for an error without an HTTP error the one it names, else 502.
 * @param reason for an answer whose status does not tell
 */
function failedAnswer(reason: Reason, answer: Answer, rules: Rules, wallMs: number): Finding {
  const { status, headers, parsed, text, shown } = answer;
  const words = readErrorText(parsed, shown === 'nothing' ? text : '');
  const told = isSuccess(status) ? statusNamed(headers, words.layers, text) : status;
  const isRefusal = shown === 'nothing';
  return {
    reason: told === undefined ? reason : reasonForStatus(told),
    upstreamStatus: status,
    status: told ?? BAD_GATEWAY,
    message: words.message,
    texts: [...textsAtPaths(parsed, rules), ...words.texts],
    retryAfterMs: statedWaitMs(headers, words, wallMs),
    cost: isRefusal ? costForStatus(told ?? BAD_GATEWAY) : 'maybe',
    isRefusal,
    otherwise: BY_STATUS,
    original: parsed ?? text,
  };
}

/** The status of an error that came without an HTTP error: in the spoofing proxy's header, the error, or the title. */
function statusNamed(headers: RawHeaders, layers: readonly JsonObject[], text: string): number | undefined {
  const inHeader = { code: headerValue(headers, `${SPOOF_HEADER}-status`) };
  return statusInError([inHeader, ...layers]) ?? statusInTitle(text);
}

function textsAtPaths(parsed: unknown, rules: Rules): readonly string[] {
  return rules.paths.flatMap((path) => textsAt(parsed, path));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status <= 299;
}
