// Exchanges as traces for OpenTelemetry: a span per exchange, below it one per attempt, and the client's own trace
// continued. Loaded only when asked for. No text of a prompt, a reply or an error is in them.
import { randomBytes } from 'node:crypto';
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { Asked, ExchangeStep, Observe } from '../exchange/events.ts';
import { headerValue } from '../upstream/headers.ts';
import { openPostbox } from '../upstream/post-json.ts';
import { usageTold } from '../upstream/usage.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { SpanExport } from './traces-export.ts';
import { otlpRequest } from './traces-otlp.ts';
import type { Attributes, Span } from './traces-otlp.ts';

/** The user is not kept waiting at the end. */
const LAST_WORD_MS = 2_000;
const MAX_MODEL_CHARS = 100;
/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(?:-.*)?$/;
const SAMPLED = 1;

/** Where traces go. */
export interface TraceOptions {
  /** The whole address, as a rule ending in `/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What all spans have in common, `service.name` among it. */
  readonly resource: Readonly<Record<string, string>>;
}

export interface Traces {
  readonly observe: Observe;
  /** Spans that nobody took since the start. */
  readonly dropped: number;
  /** Sends what waits, if it is taken at once. */
  close(): Promise<void>;
}

/** Connects to nothing before there is something to send. */
export function startTraces(options: TraceOptions, version: string, clock: Clock, log: Log): Traces {
  const { url, headers, timeoutMs } = options;
  const resource = { 'service.version': version, ...options.resource };
  const postbox = openPostbox(url, headers, clock);
  const spans = new SpanExport(
    (batch, isLastWord) =>
      postbox.send(
        otlpRequest(batch, resource, version),
        isLastWord ? Math.min(LAST_WORD_MS, timeoutMs) : timeoutMs,
      ),
    redact(url),
    clock,
    log,
  );
  return {
    observe: traceObserver(clock, (made) => spans.add(made)),
    get dropped() {
      return spans.dropped;
    },
    async close() {
      await spans.close();
      await postbox.close();
    },
  };
}

type Step<Kind extends ExchangeStep['kind']> = Extract<ExchangeStep, { readonly kind: Kind }>;

type Why = 'first' | 'retry' | 'rescue';

interface Attempt {
  readonly why: Why;
  readonly startedAtMs: number;
  /** The last word on it: what is told as a stream is judged when it begins and again when it has ended. */
  last: Step<'attempt-outcome'>;
  readonly outcomes: Outcome[];
}

interface InFlight {
  readonly asked: Asked;
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly attempts: Attempt[];
  /** Of the attempt that has not been judged yet. */
  why: Why | undefined;
}

/** Makes the spans of every exchange that is over; exported for the tests. */
export function traceObserver(clock: Clock, isOver: (spans: readonly Span[]) => void): Observe {
  return (start) => {
    const exchange = begin(start);
    if (exchange === undefined) return unrecorded;
    return (step) => {
      if (step.kind === 'attempt-start') exchange.why = step.why;
      else if (step.kind === 'attempt-outcome') judge(exchange, step);
      else isOver(spansOf(exchange, step, clock.wallMs() - clock.nowMs()));
    };
  };
}

function unrecorded(): void {
  // The client's trace says so.
}

/** Who leaves while nothing is being tried does not change what became of the attempt before. */
function judge(exchange: InFlight, event: Step<'attempt-outcome'>): void {
  const { why, attempts } = exchange;
  const current = attempts.at(-1);
  if (why !== undefined) {
    attempts.push({ why, startedAtMs: event.startedAtMs, last: event, outcomes: [event.outcome] });
    exchange.why = undefined;
  } else if (current?.last.decision.kind === 'deliver') {
    current.last = event;
    current.outcomes.push(event.outcome);
  }
}

/** undefined when the client's trace says that it is not recorded. */
function begin(asked: Asked): InFlight | undefined {
  const [, traceId, parentSpanId, flags = '01'] =
    TRACEPARENT.exec(headerValue(asked.headers, 'traceparent') ?? '') ?? [];
  if ((Number.parseInt(flags, 16) & SAMPLED) === 0) return undefined;
  return { asked, traceId: traceId ?? newId(16), parentSpanId, attempts: [], why: undefined };
}

/** @param epochMs when the clock that never jumps began, in milliseconds since the epoch */
function spansOf(exchange: InFlight, over: Step<'exchange-end'>, epochMs: number): readonly Span[] {
  const { asked, attempts } = exchange;
  const operation = asked.endpoint === 'chat' ? 'chat' : 'text_completion';
  const model = asked.model === undefined ? undefined : redact(asked.model.slice(0, MAX_MODEL_CHARS));
  const asking = { 'gen_ai.operation.name': operation, 'gen_ai.request.model': model };
  const name = model === undefined ? operation : `${operation} ${model}`;
  const whole = exchangeSpan(exchange, over, asking, epochMs);
  const tries = attempts.map(({ why, startedAtMs, last, outcomes }, index): Span => ({
    traceId: whole.traceId,
    spanId: newId(8),
    parentSpanId: whole.spanId,
    name,
    kind: 'client',
    startMs: epochMs + startedAtMs,
    endMs: epochMs + last.endedAtMs,
    isError: last.verdict.kind === 'retryable' || last.verdict.kind === 'final',
    attributes: {
      ...asking,
      'http.request.resend_count': index === 0 ? undefined : index,
      'first_hop.attempt.why': why,
      ...judged(last),
      ...tokens(outcomes),
    },
  }));
  return [whole, ...tries];
}

function exchangeSpan(
  { asked, traceId, parentSpanId, attempts }: InFlight,
  { exchangeId, end, attempts: sent, startedAtMs, elapsedMs, firstContentMs }: Step<'exchange-end'>,
  asking: Attributes,
  epochMs: number,
): Span {
  return {
    traceId,
    spanId: newId(8),
    parentSpanId,
    name: asked.endpoint === 'chat' ? 'POST /chat/completions' : 'POST /completions',
    kind: 'server',
    startMs: epochMs + startedAtMs,
    endMs: epochMs + startedAtMs + elapsedMs,
    isError: end.kind === 'failed',
    attributes: {
      ...asking,
      'http.request.method': 'POST',
      'first_hop.exchange.id': exchangeId,
      'first_hop.profile': asked.profile,
      'first_hop.stream': asked.isStream,
      'first_hop.outcome': end.kind,
      'first_hop.attempts': sent,
      'first_hop.rescues': attempts.filter(({ why }) => why === 'rescue').length,
      'first_hop.first_content_ms': firstContentMs && Math.round(firstContentMs),
      ...(end.kind === 'failed' && { 'http.response.status_code': end.status, 'error.type': end.code }),
    },
  };
}

function judged({ outcome, verdict, decision }: Step<'attempt-outcome'>): Attributes {
  return {
    'http.response.status_code': 'status' in outcome ? outcome.status : undefined,
    'first_hop.verdict': verdict.kind,
    ...('rule' in verdict && {
      'error.type': verdict.reason,
      'first_hop.rule': verdict.rule,
      'first_hop.cost': verdict.cost,
    }),
    'first_hop.decision': decision.kind,
    'first_hop.delay_ms': 'delayMs' in decision ? Math.round(decision.delayMs) : undefined,
  };
}

/** The last that was told: a stream's end knows more than its opening. */
function tokens(outcomes: readonly Outcome[]): Attributes {
  const usage = outcomes.map(usageTold).findLast((told) => told !== undefined);
  return {
    'gen_ai.usage.input_tokens': countIn(usage?.['prompt_tokens']),
    'gen_ai.usage.output_tokens': countIn(usage?.['completion_tokens']),
  };
}

function countIn(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function newId(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
