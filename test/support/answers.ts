// The answers a scripted upstream can give, as data. Playing them is scripted-upstream.ts; what they say in a
// protocol is openai.ts.

/** One thing an upstream does while it answers. A promise holds it up until it settles. */
export type Step =
  | string
  | Buffer
  | Promise<unknown>
  | { readonly kind: 'stall' }
  | { readonly kind: 'cut' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'repeat'; readonly bytes: Buffer; readonly times: number };

/** Says nothing more and keeps the connection open. */
export const stall: Step = { kind: 'stall' };
/** Closes the connection, however unfinished the answer is. What was sent before still arrives. */
export const cut: Step = { kind: 'cut' };
/** Resets the connection (RST). What was sent before and not read yet may be lost. */
export const reset: Step = { kind: 'reset' };

/** Sends the same bytes many times, as fast as the connection takes them. */
export function repeat(bytes: string, times: number): Step {
  return { kind: 'repeat', bytes: Buffer.from(bytes), times };
}

/** Header names and values as they stand on the wire, alternating, or an object when no name comes twice. */
export type Headers = readonly string[] | Readonly<Record<string, string>>;

export interface HttpAnswer {
  readonly kind: 'http';
  readonly status: number;
  readonly reason: string | undefined;
  readonly headers: readonly string[];
  /** Holds up the status line. */
  readonly after: Promise<unknown> | undefined;
  readonly gzip: boolean;
  readonly steps: readonly Step[];
}

/** Bytes straight onto the connection: an answer that is no proper HTTP, or none at all. */
export interface RawAnswer {
  readonly kind: 'raw';
  readonly steps: readonly Step[];
}

export type Answer = HttpAnswer | RawAnswer;

export interface AnswerOptions {
  readonly status?: number;
  readonly reason?: string;
  readonly headers?: Headers;
  readonly after?: Promise<unknown>;
  readonly gzip?: boolean;
}

/** A JSON answer; a string is sent as it is, anything else is serialised. */
export function json(body: unknown, options: AnswerOptions = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return sized(text, 'application/json', options);
}

/** An answer of any type, with its Content-Length. */
export function sized(body: string | Buffer, contentType: string, options: AnswerOptions = {}): Answer {
  const bytes = Buffer.from(body);
  const length = options.gzip === true ? [] : ['content-length', String(bytes.length)];
  return http(['content-type', contentType, ...length], [bytes], options);
}

/** An event stream of these steps; it ends after the last one. */
export function sse(steps: readonly Step[], options: AnswerOptions = {}): Answer {
  return http(['content-type', 'text/event-stream'], steps, options);
}

/** An answer with exactly these headers and steps. */
export function http(
  headers: readonly string[],
  steps: readonly Step[],
  options: AnswerOptions = {},
): Answer {
  const { status = 200, reason, after, gzip = false } = options;
  const more = options.headers ?? [];
  const encoding = gzip ? ['content-encoding', 'gzip'] : [];
  const all = [...headers, ...encoding, ...(isFlat(more) ? more : Object.entries(more).flat())];
  return { kind: 'http', status, reason, headers: all, after, gzip, steps };
}

/** An error answer in the shape of OpenAI's. */
export function failure(status: number, message: string, options: AnswerOptions = {}): Answer {
  return json({ error: { message, type: 'some_error', code: null } }, { ...options, status });
}

/** Reads the request and never answers. */
export const neverAnswers: Answer = { kind: 'raw', steps: [stall] };
/** Reads the request and closes the connection. */
export const closesBeforeHeaders: Answer = { kind: 'raw', steps: [cut] };
/** Promises a longer body than it sends, then closes the connection. */
export const halfABody: Answer = http(
  ['content-type', 'application/json', 'content-length', '1000'],
  ['{"id":"chatcmpl-1","choices":[', cut],
);
/** Answers, but not in HTTP. */
export const notHttp: Answer = { kind: 'raw', steps: ['SSH-2.0-OpenSSH_9.6\r\n', cut] };

/** A promise that a story opens when it is time. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** A closed gate. */
export function gate(): Gate {
  const signal = new AbortController();
  const opened = new Promise<void>((resolve) => {
    signal.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { opened, open: () => signal.abort() };
}

function isFlat(headers: Headers): headers is readonly string[] {
  return Array.isArray(headers);
}
