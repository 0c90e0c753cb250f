// What the user reads when a reply could not be had: what happened, after how many attempts, what to do next.
import { redact } from '../std/redact.ts';
import type { StopCause } from '../retry/decision.ts';
import type { Reason } from '../verdict/reason.ts';
import type { Final, Retryable } from '../verdict/verdict.ts';
import { MAX_REASON_PHRASE_CHARS } from './error-reply.ts';
import type { ErrorReply, ErrorType } from './error-reply.ts';

/** How the exchange went, as far as its last words depend on it. */
export interface Story {
  readonly because: StopCause;
  /** Attempts made, the last included. */
  readonly attempts: number;
  readonly elapsedMs: number;
  /** Keys of this exchange: never to be repeated, even if the upstream repeats them. */
  readonly secrets: readonly string[];
}

interface Wording {
  readonly type: ErrorType;
  /** What happened, as a sentence without its full stop. */
  readonly happened: string;
  /** What to do next, as sentences. */
  readonly next: string;
}

const AGAIN_LATER = 'Wait a moment, then send again.';
const SEND_AGAIN = 'Send again.';

/** One row per reason; docs/errors.md lists them and is tested against this table. */
export const WORDING: Readonly<Record<Reason, Wording>> = {
  'rate-limited': {
    type: 'rate_limit_error',
    happened: 'The provider limits how often it may be asked',
    next: AGAIN_LATER,
  },
  'quota-exhausted': {
    type: 'rate_limit_error',
    happened: 'The quota for today is used up',
    next: 'Send again when it resets (with most providers at midnight, in their time zone), or use another model or key.',
  },
  'no-credit': {
    type: 'billing_error',
    happened: 'The account at the provider has no credit for this',
    next: 'Add credit at the provider, or use another key.',
  },
  overloaded: { type: 'upstream_error', happened: 'The provider is overloaded', next: AGAIN_LATER },
  'server-error': { type: 'upstream_error', happened: 'The provider failed', next: AGAIN_LATER },
  'bad-key': {
    type: 'authentication_error',
    happened: 'The provider does not accept the API key',
    next: 'Check the key in SillyTavern, or target_proxy.apikey in the configuration.',
  },
  forbidden: {
    type: 'permission_error',
    happened: 'The provider refuses this request',
    next: 'Check that the key may use this model, and that the prompt follows the provider’s rules.',
  },
  'bad-request': {
    type: 'invalid_request_error',
    happened: 'The provider does not accept the request',
    next: 'Change what it complains about: often the model, the length of the chat, or a setting it does not know.',
  },
  'context-too-long': {
    type: 'invalid_request_error',
    happened: 'The prompt is longer than the provider accepts',
    next: 'Lower the context size in SillyTavern, or start a new chat.',
  },
  'prefill-unsupported': {
    type: 'invalid_request_error',
    happened: 'This model does not go on with a reply that is begun for it',
    next: 'In SillyTavern, empty “Start Reply With” and the assistant prefill.',
  },
  'not-found': {
    type: 'not_found_error',
    happened: 'The provider knows no such address or model',
    next: 'Check the model name, and target_proxy.url in the configuration.',
  },
  redirected: {
    type: 'upstream_error',
    happened: 'The provider points to another address, which First Hop does not follow with your key',
    next: 'Set target_proxy.url to the address it names, if you trust it.',
  },
  'error-status': {
    type: 'upstream_error',
    happened: 'The provider answered with an error that is not retried',
    next: 'See what it says, or add its status to error_handling.retry_codes.',
  },
  'error-in-reply': {
    type: 'upstream_error',
    happened: 'The provider sent an error as its reply',
    next: AGAIN_LATER,
  },
  'empty-reply': {
    type: 'empty_reply_error',
    happened: 'The provider sent an empty reply',
    next: 'Send again, or change the prompt a little: some providers answer a prompt they do not like with nothing.',
  },
  'malformed-reply': {
    type: 'upstream_error',
    happened: 'The provider sent something that is not a reply',
    next: 'Check target_proxy.url in the configuration; if it is right, wait a moment and send again.',
  },
  oversized: {
    type: 'upstream_error',
    happened: 'The provider’s reply is larger than First Hop accepts',
    next: 'Raise target_proxy.max_reply_mb in the configuration.',
  },
  blocked: {
    type: 'content_blocked_error',
    happened: 'The provider’s content filter blocked the prompt or the reply',
    next: 'Change the prompt.',
  },
  'length-limit': {
    type: 'empty_reply_error',
    happened: 'The reply reached its length limit before it said anything',
    next: 'Raise the reply length (max tokens).',
  },
  unreachable: {
    type: 'connection_error',
    happened: 'The provider cannot be reached',
    next: 'Check your internet connection, and target_proxy.url in the configuration.',
  },
  'bad-certificate': {
    type: 'connection_error',
    happened: 'The provider’s certificate cannot be trusted, so nothing was sent',
    next: 'Check target_proxy.url in the configuration, and that this computer’s clock is right.',
  },
  'connection-lost': {
    type: 'connection_error',
    happened: 'The connection to the provider was lost before its answer was complete',
    next: SEND_AGAIN,
  },
  'timed-out': {
    type: 'timeout_error',
    happened: 'The provider did not answer in time',
    next: 'Send again, or raise target_proxy.timeout in the configuration.',
  },
  cut: {
    type: 'incomplete_reply_error',
    happened: 'The connection to the provider broke in the middle of the reply',
    next: 'What had arrived is kept. Send again, or continue the reply.',
  },
  stalled: {
    type: 'incomplete_reply_error',
    happened: 'The provider stopped in the middle of the reply',
    next: 'What had arrived is kept. Send again, or continue the reply.',
  },
  'hard-stop': {
    type: 'hard_stop_error',
    happened: 'A rule of your configuration stops this request',
    next: 'See error_handling.hard_stop_conditions in the configuration.',
  },
};

/** The process ends before the reply is whole. */
export const SHUTTING_DOWN: ErrorReply = {
  status: 503,
  type: 'unavailable_error',
  code: 'shutting_down',
  message: 'First Hop was stopped before the reply was complete. Start it again, then send again.',
};

const MAX_QUOTED_CHARS = 600;
/** Less of the upstream's words than this says nothing. */
const MIN_QUOTED_CHARS = 15;
/** What Node and undici say when a connection is lost: nothing that we do not say better. */
const JARGON = /^(?:other side closed|read ECONNRESET|socket hang up|terminated)$/;
const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;

/** Turns the last verdict of an exchange into what the client is told. */
export function failureReply(verdict: Retryable | Final, story: Story): ErrorReply {
  const { type } = WORDING[verdict.reason];
  const clean = (text: string): string => redact(text, story.secrets);
  const quote = JARGON.test(verdict.message) ? '' : clean(verdict.message);
  const told = (maxQuotedChars: number): string =>
    clean(sentences(verdict, story, shortened(quote, maxQuotedChars)));
  const base = {
    status: verdict.status,
    type,
    code: verdict.reason.replaceAll('-', '_'),
    message: told(MAX_QUOTED_CHARS),
    brief: brief(told),
    ...(verdict.retryAfterMs === undefined ? {} : { retryAfterMs: verdict.retryAfterMs }),
  };
  const hardStop = verdict.kind === 'final' ? verdict.hardStop : undefined;
  if (hardStop === undefined) return base;
  const { pattern, description, userMessage, originalResponse } = hardStop;
  const message = userMessage === undefined ? clean(verdict.message) || base.message : clean(userMessage);
  return {
    ...base,
    code: 'hard_stop_condition_met',
    message,
    brief: message,
    details: {
      ...(originalResponse === undefined ? {} : { original_response: cleanJson(originalResponse, clean) }),
      hard_stop_rule: { pattern, description },
    },
  };
}

/** The message as it fits a reason phrase: the upstream's words make room for what to do next. */
function brief(told: (maxQuotedChars: number) => string): string {
  const whole = told(MAX_QUOTED_CHARS);
  if (whole.length <= MAX_REASON_PHRASE_CHARS) return whole;
  const unquoted = told(0);
  const room = MAX_REASON_PHRASE_CHARS - unquoted.length - ': ...'.length;
  return room < MIN_QUOTED_CHARS ? unquoted : told(room);
}

function sentences(verdict: Retryable | Final, story: Story, quote: string): string {
  const { happened, next } = WORDING[verdict.reason];
  const parts = [endSentence(quote === '' ? happened : `${happened}: ${quote}`), efforts(story)];
  const wait = verdict.retryAfterMs;
  const isDue = story.because === 'wait-too-long' || verdict.reason === 'quota-exhausted';
  if (isDue && wait !== undefined) {
    parts.push(`It asks to wait ${duration(wait)}. Send again after that.`);
  } else {
    parts.push(next);
  }
  return parts.filter((part) => part !== '').join(' ');
}

function efforts({ attempts, elapsedMs, because }: Story): string {
  if (because === 'maybe-billed-exhausted') {
    return `First Hop tried ${times(attempts)} and stopped, because more attempts might cost money (error_handling.max_maybe_billed).`;
  }
  if (attempts === 1) return '';
  const took = elapsedMs < MS_PER_SECOND ? 'less than a second' : duration(elapsedMs - MS_PER_SECOND / 2);
  return `First Hop tried ${times(attempts)} in ${took}.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function endSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function shortened(text: string, maxChars: number): string {
  if (maxChars === 0) return '';
  return text.length <= maxChars ? text : `${text.slice(0, maxChars).trimEnd()}…`;
}

/** A duration as people say it: `4 seconds`, `9 minutes`, `3 hours`; rounded up, so that waiting that long is enough. */
export function duration(ms: number): string {
  const seconds = Math.ceil(ms / MS_PER_SECOND);
  const minutes = Math.ceil(seconds / SECONDS_PER_MINUTE);
  if (seconds < 2 * SECONDS_PER_MINUTE) return unit(seconds, 'second');
  if (minutes < 2 * MINUTES_PER_HOUR) return unit(minutes, 'minute');
  return unit(Math.ceil(minutes / MINUTES_PER_HOUR), 'hour');
}

function unit(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

/** Deeper than any real error; bounds the work, and the stack, on made-up ones. */
const MAX_SHOWN_DEPTH = 20;

function cleanJson(value: unknown, clean: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAX_SHOWN_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, clean, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [clean(key), cleanJson(item, clean, depth + 1)]),
  );
}
