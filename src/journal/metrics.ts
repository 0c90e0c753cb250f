// What has happened since the start, counted: plain numbers while requests run, a page for `GET /metrics` and totals for
// `GET /health/detailed` when somebody asks. Labels are words of First Hop's own, so that there are few: a model's name,
// or anything else a client or an upstream has sent, is not among them.
import { assertNever } from '../std/assert-never.ts';
import type { Clock } from '../std/clock.ts';
import type { ExchangeEnd, ExchangeStep, Follow, Observe } from '../exchange/events.ts';
import type { Tokens } from './entry.ts';
import { addTo, histogramSamples, metricsText, newHistogram } from './metrics-text.ts';
import type { Family, Histogram } from './metrics-text.ts';
import { processFamilies } from './metrics-process.ts';

const MS_PER_SECOND = 1_000;
/** Upper bounds in seconds: from a short reply nearby to the longest that `target_proxy.timeout` allows by default. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 900];

/** Totals since the start, named as `GET /health/detailed` shows them. */
export interface Counts {
  readonly exchanges: number;
  readonly delivered: number;
  /** Delivered only because an attempt was repeated, or a reply continued. */
  readonly saved: number;
  readonly failed: number;
  readonly abandoned: number;
  readonly attempts: number;
  readonly retries: number;
  readonly rescues: number;
}

/** A number that somebody else counts. */
export interface Source {
  /** Behind `first_hop_`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: () => number;
}

export interface Metrics {
  readonly observe: Observe;
  /** Counts the tokens of an exchange that is over; undefined where none were told. */
  tokens(tokens: Tokens | undefined): void;
  /** Counts a rule that was skipped because it took too long. */
  ruleSkipped(section: 'regex_replacement' | 'response_processing'): void;
  counts(): Counts;
  /** The page, in the media type METRICS_TYPE. */
  render(): string;
}

type Judged = Extract<ExchangeStep, { readonly kind: 'attempt-outcome' }>;

interface VerdictCount {
  readonly labels: { readonly verdict: string; readonly reason: string; readonly rule: string };
  count: number;
}

interface Numbers {
  readonly starts: Record<'first' | 'retry' | 'rescue', number>;
  readonly ends: Record<ExchangeEnd['kind'], number>;
  readonly verdicts: Map<string, VerdictCount>;
  saved: number;
  active: number;
  streams: number;
  readonly bytes: { request: number; upstream: number; reply: number };
  readonly tokens: { prompt: number; completion: number };
  readonly skips: Record<'regex_replacement' | 'response_processing', number>;
  readonly firstContent: Histogram;
  readonly duration: Histogram;
}

/** Starts counting from zero. */
export function startMetrics(clock: Clock, version: string, sources: readonly Source[]): Metrics {
  const numbers: Numbers = {
    starts: { first: 0, retry: 0, rescue: 0 },
    ends: { delivered: 0, failed: 0, abandoned: 0 },
    verdicts: new Map(),
    saved: 0,
    active: 0,
    streams: 0,
    bytes: { request: 0, upstream: 0, reply: 0 },
    tokens: { prompt: 0, completion: 0 },
    skips: { regex_replacement: 0, response_processing: 0 },
    firstContent: newHistogram(SECONDS),
    duration: newHistogram(SECONDS),
  };
  const startedAt = clock.wallMs() / MS_PER_SECOND - process.uptime();
  return {
    observe: observerOf(numbers),
    tokens(tokens) {
      numbers.tokens.prompt += tokens?.prompt ?? 0;
      numbers.tokens.completion += tokens?.completion ?? 0;
    },
    ruleSkipped(section) {
      numbers.skips[section] += 1;
    },
    counts() {
      const { starts, ends, saved } = numbers;
      return {
        exchanges: ends.delivered + ends.failed + ends.abandoned,
        ...ends,
        saved,
        attempts: starts.first + starts.retry + starts.rescue,
        retries: starts.retry,
        rescues: starts.rescue,
      };
    },
    render: () =>
      metricsText([...pageOf(numbers, version), ...sources.map(familyOf), ...processFamilies(startedAt)]),
  };
}

function observerOf(numbers: Numbers): Observe {
  const follow: Follow = (step) => count(numbers, step);
  const followStream: Follow = (step) => {
    if (step.kind === 'exchange-end') numbers.streams -= 1;
    count(numbers, step);
  };
  return ({ isStream, received }) => {
    numbers.active += 1;
    numbers.bytes.request += received.length;
    if (!isStream) return follow;
    numbers.streams += 1;
    return followStream;
  };
}

function count(numbers: Numbers, event: ExchangeStep): void {
  switch (event.kind) {
    case 'attempt-start':
      numbers.starts[event.why] += 1;
      break;
    case 'attempt-outcome':
      // What is passed on is judged again when it has ended.
      if (event.decision.kind === 'deliver' || isOfAWait(event)) break;
      numbers.bytes.upstream += event.trace.bytes;
      countVerdict(numbers, event);
      break;
    case 'exchange-end':
      numbers.active -= 1;
      numbers.ends[event.end.kind] += 1;
      if (event.end.kind === 'delivered' && event.attempts > 1) numbers.saved += 1;
      numbers.bytes.reply += event.told.bytes;
      addTo(numbers.duration, event.elapsedMs / MS_PER_SECOND);
      if (event.firstContentMs !== undefined)
        addTo(numbers.firstContent, event.firstContentMs / MS_PER_SECOND);
      break;
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      assertNever(event);
  }
}

/** Whether the client has left while nothing was under way: the attempt before has been counted. */
function isOfAWait({ outcome, situation, startedAtMs }: Judged): boolean {
  return outcome.kind === 'aborted' && situation.attempts.at(-2)?.startedAtMs === startedAtMs;
}

function countVerdict({ verdicts }: Numbers, { verdict }: Judged): void {
  const isFailure = verdict.kind === 'retryable' || verdict.kind === 'final';
  const { reason, rule } = isFailure ? verdict : { reason: '', rule: '' };
  const key = isFailure ? `${verdict.kind} ${reason} ${rule}` : verdict.kind;
  const found = verdicts.get(key);
  if (found !== undefined) found.count += 1;
  else verdicts.set(key, { labels: { verdict: verdict.kind, reason, rule }, count: 1 });
}

function familyOf({ name, help, type, value }: Source): Family {
  return { name: `first_hop_${name}`, help, type, samples: [{ value: value() }] };
}

function pageOf(numbers: Numbers, version: string): readonly Family[] {
  const { starts, ends, verdicts, saved, active, streams, bytes, tokens, skips } = numbers;
  const verdictSamples = [...verdicts.values()].map(({ labels, count: value }) => ({ labels, value }));
  return [
    {
      name: 'first_hop_build_info',
      help: 'Always 1.',
      type: 'gauge',
      samples: [{ labels: { version, node: process.version }, value: 1 }],
    },
    counters('exchanges_total', 'Completions asked for, by how they ended.', 'outcome', ends),
    counter(
      'exchanges_saved_total',
      'Delivered because an attempt was repeated or a reply continued.',
      saved,
    ),
    counters('attempts_total', 'Requests sent to the upstream, by why they were sent.', 'why', starts),
    {
      name: 'first_hop_verdicts_total',
      help: 'Attempts that are over, by what they were judged, why, and by which rule.',
      type: 'counter',
      samples: verdictSamples,
    },
    {
      name: 'first_hop_first_content_seconds',
      help: 'Time until the client had its first words.',
      type: 'histogram',
      samples: histogramSamples(numbers.firstContent),
    },
    {
      name: 'first_hop_exchange_duration_seconds',
      help: 'Time from a request until it was over.',
      type: 'histogram',
      samples: histogramSamples(numbers.duration),
    },
    gauge('exchanges_active', 'Completions under way.', active),
    gauge('streams_active', 'Those of them asked for as a stream.', streams),
    counter('request_bytes_total', "Bytes of clients' requests.", bytes.request),
    counter('upstream_bytes_total', 'Bytes of answers from the upstream.', bytes.upstream),
    counter('reply_bytes_total', 'Bytes of replies to clients.', bytes.reply),
    counters('tokens_total', 'Tokens as the upstream told them.', 'type', tokens),
    counters('rule_skips_total', 'Text rules skipped because they took too long.', 'section', skips),
  ];
}

function counters(name: string, help: string, label: string, of: Readonly<Record<string, number>>): Family {
  const samples = Object.entries(of).map(([value, total]) => ({ labels: { [label]: value }, value: total }));
  return { name: `first_hop_${name}`, help, type: 'counter', samples };
}

function counter(name: string, help: string, value: number): Family {
  return { name: `first_hop_${name}`, help, type: 'counter', samples: [{ value }] };
}

function gauge(name: string, help: string, value: number): Family {
  return { name: `first_hop_${name}`, help, type: 'gauge', samples: [{ value }] };
}
