// An error as the client gets it: one description, rendered as a JSON answer or as a frame inside a stream.
import { dataFrame } from '../sse/write.ts';
import type { JsonObject } from '../std/json.ts';

/** Our own vocabulary; never `insufficient_quota`, for which SillyTavern opens a dialog about an OpenAI account. */
export type ErrorType =
  | 'authentication_error'
  | 'billing_error'
  | 'connection_error'
  | 'content_blocked_error'
  | 'empty_reply_error'
  | 'hard_stop_error'
  | 'incomplete_reply_error'
  | 'invalid_request_error'
  | 'not_found_error'
  | 'permission_error'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'unavailable_error'
  | 'upstream_error';

/** Everything a client is told about a failure. `message` is free of markup and secrets. */
export interface ErrorReply {
  readonly status: number;
  readonly type: ErrorType;
  /** A word for programs: the reason, with underscores. */
  readonly code: string;
  readonly message: string;
  /** The message in fewer words, for the reason phrase; absent: the message itself. */
  readonly brief?: string;
  readonly retryAfterMs?: number;
  /** Further fields of the error object. */
  readonly details?: JsonObject;
}

/** An error ready for writeHead and end. */
export interface RenderedError {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** As much as a toast shows well. */
export const MAX_REASON_PHRASE_CHARS = 200;
const MS_PER_SECOND = 1_000;

/**
 * The error as a whole answer. SillyTavern shows only the reason phrase on plain requests, so it carries the message;
 * `x-should-retry: false` keeps the OpenAI libraries from repeating what has been repeated already.
 */
export function renderError(error: ErrorReply): RenderedError {
  const body = Buffer.from(JSON.stringify(errorBody(error)));
  const retryAfter = retryAfterSeconds(error);
  return {
    status: error.status,
    reasonPhrase: reasonPhrase(error.brief ?? error.message),
    headers: [
      'content-type',
      'application/json',
      'content-length',
      String(body.length),
      'x-should-retry',
      'false',
      ...(retryAfter === undefined ? [] : ['retry-after', String(retryAfter)]),
    ],
    body,
  };
}

/** The error as an event of a stream that has begun: an object without `choices`, which every client shows. */
export function errorFrame(error: ErrorReply): Buffer {
  return dataFrame(errorBody(error));
}

/** A message as HTTP's status line can carry it: printable ASCII (RFC 9112 §4), at most 200 characters. */
export function reasonPhrase(message: string): string {
  const ascii = message
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-')
    .replace(/…/g, '...')
    .replace(/\s+/g, ' ')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim();
  return ascii.length <= MAX_REASON_PHRASE_CHARS
    ? ascii
    : `${ascii.slice(0, MAX_REASON_PHRASE_CHARS - 3)}...`;
}

function errorBody(error: ErrorReply): JsonObject {
  const { message, type, code, details } = error;
  const retryAfter = retryAfterSeconds(error);
  return {
    error: {
      message,
      type,
      code,
      ...(retryAfter === undefined ? {} : { retry_after: retryAfter }),
      ...details,
    },
  };
}

function retryAfterSeconds(error: ErrorReply): number | undefined {
  return error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / MS_PER_SECOND);
}
