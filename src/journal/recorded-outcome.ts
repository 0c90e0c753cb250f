// What an attempt came to, as it is remembered: as much of an outcome as judging it again needs, in plain data.
import type { AbortCause } from '../std/abort.ts';
import { assertNever } from '../std/assert-never.ts';
import { redact } from '../std/redact.ts';
import type { Shown } from '../dialect/openai-chat.ts';
import type { LiveStream } from '../upstream/live-stream.ts';
import type { Outcome, RawHeaders, TimeoutPhase } from '../upstream/outcome.ts';

/** An error of the connection. */
export interface RecordedCause {
  readonly message: string;
  /** Node's or undici's code, e.g. `ECONNREFUSED`. */
  readonly code?: string;
  /** The errors it wraps. */
  readonly inside?: readonly RecordedCause[];
}

export type RecordedOutcome =
  | {
      readonly kind: 'responded';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      /** Absent where bodies are not kept. */
      readonly body?: string;
      /** The body is the one the client was given: it stands in the entry's `reply.received`. */
      readonly isReply?: true;
      /** A stream was asked for. */
      readonly unasked?: true;
    }
  | {
      readonly kind: 'opened';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
    }
  | {
      readonly kind: 'ended';
      readonly how: 'done' | 'error-frame' | 'cut' | 'idle';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly shown: Shown;
      /** Of a stream that did not end well. Absent where the reply is not kept, or was more than text. */
      readonly said?: string;
      readonly finishReason?: string;
      readonly error?: unknown;
      readonly cause?: RecordedCause;
    }
  | { readonly kind: 'unreachable' | 'broken'; readonly cause: RecordedCause }
  | { readonly kind: 'timed-out'; readonly phase: TimeoutPhase; readonly afterMs: number }
  | { readonly kind: 'oversized'; readonly limitBytes: number }
  | { readonly kind: 'aborted'; readonly by: AbortCause };

/** What is kept of an outcome. */
export interface OutcomeKeeping {
  readonly bodies: boolean;
  /** What is kept of headers. */
  readonly headers: (headers: RawHeaders) => readonly (readonly [string, string])[];
  /** The same as JSON. */
  readonly headersJson: (headers: RawHeaders) => string;
  /** Keys that must not be kept; what is said of failures is freed of them later, all together. */
  readonly secrets: readonly string[];
  /** The body that the entry has already. */
  readonly reply: string | Buffer | undefined;
  /** Larger ones are not kept, in bytes. */
  readonly maxBodyBytes: number;
}

/** An outcome without what is only needed while it happens: a stream's opening is not in it. */
export type KeptOutcome = Exclude<Outcome, { readonly kind: 'opened' }> | OpenedHead;

/** The head of a stream that opened. */
export interface OpenedHead {
  readonly kind: 'opened';
  readonly status: number;
  readonly headers: RawHeaders;
}

/** The outcome as plain data. */
export function toRecord(outcome: KeptOutcome, keeping: OutcomeKeeping): RecordedOutcome {
  switch (outcome.kind) {
    case 'responded': {
      const { kind, status, body } = outcome;
      const isReply = body === keeping.reply;
      const isKept = keeping.bodies && !isReply && body.length <= keeping.maxBodyBytes;
      return {
        kind,
        status,
        headers: keeping.headers(outcome.headers),
        ...(isKept && { body: body.toString('utf8') }),
        ...(isReply && { isReply }),
        ...(outcome.unasked && { unasked: outcome.unasked }),
      };
    }
    case 'opened':
      return { kind: 'opened', status: outcome.status, headers: keeping.headers(outcome.headers) };
    case 'ended': {
      const { kind, how, status, shown, said, finishReason, error, cause } = outcome;
      return {
        kind,
        how,
        status,
        headers: keeping.headers(outcome.headers),
        shown,
        ...(keeping.bodies && how !== 'done' && said !== undefined && { said }),
        ...(finishReason !== undefined && { finishReason: redact(finishReason, keeping.secrets) }),
        ...(keeping.bodies && error !== undefined && { error }),
        ...(cause !== undefined && { cause: causeOf(cause) }),
      };
    }
    case 'unreachable':
    case 'broken':
      return { kind: outcome.kind, cause: causeOf(outcome.cause) };
    case 'timed-out':
    case 'oversized':
    case 'aborted':
      return outcome;
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(outcome);
  }
}

/**
 * The outcome again, to be judged by other rules; undefined where what it would be judged by has not been kept.
 * @param reply the entry's `reply.received`
 */
export function fromRecord(record: RecordedOutcome, reply?: string): Outcome | undefined {
  switch (record.kind) {
    case 'responded': {
      const body = record.isReply === true ? reply : record.body;
      if (body === undefined) return undefined;
      return {
        kind: record.kind,
        status: record.status,
        headers: record.headers.flat(),
        body: Buffer.from(body),
        ...(record.unasked && { unasked: record.unasked }),
      };
    }
    case 'opened':
      return { ...record, headers: record.headers.flat(), opening: [], rest: OVER };
    case 'ended': {
      if (record.how === 'error-frame' && record.error === undefined) return undefined;
      const { cause, said, finishReason, ...rest } = record;
      const headers = record.headers.flat();
      return { ...rest, headers, said, finishReason, ...(cause !== undefined && { cause: errorOf(cause) }) };
    }
    case 'unreachable':
    case 'broken':
      return { kind: record.kind, cause: errorOf(record.cause) };
    case 'timed-out':
    case 'oversized':
    case 'aborted':
      return record;
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(record);
  }
}

/** A stream that is told of, not had. */
const OVER: LiveStream = {
  relay: () => Promise.resolve({ kind: 'broken', cause: new Error('This stream is over.') }),
  giveUp: () => undefined,
};

/** Causes of causes are few; a circle of them would have no end. */
const MAX_DEPTH = 4;
const MAX_INSIDE = 10;

function causeOf(error: Error, depth = 0): RecordedCause {
  const within: readonly unknown[] = error instanceof AggregateError ? error.errors : [error.cause];
  const inside = depth < MAX_DEPTH ? within.filter((item) => item instanceof Error).slice(0, MAX_INSIDE) : [];
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    message: error.message,
    ...(code !== undefined && { code }),
    ...(inside.length > 0 && { inside: inside.map((inner) => causeOf(inner, depth + 1)) }),
  };
}

function errorOf({ message, code, inside = [] }: RecordedCause): Error {
  const error = inside.length === 0 ? new Error(message) : new AggregateError(inside.map(errorOf), message);
  return code === undefined ? error : Object.assign(error, { code });
}
