import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { ExchangeEnd, ExchangeEvent } from '../exchange/events.ts';
import type { Decision } from '../retry/decision.ts';
import type { Outcome } from '../upstream/outcome.ts';
import { newTrace } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { addTo, histogramSamples, metricsText, newHistogram } from './metrics-text.ts';
import { startMetrics } from './metrics.ts';
import type { Metrics } from './metrics.ts';

const overloaded: Verdict = {
  kind: 'retryable',
  reason: 'overloaded',
  rule: 'retry_codes',
  status: 503,
  message: 'overloaded',
  cost: 'not-billed',
  conditional: false,
};
const good: Verdict = { kind: 'good', ended: true };
const finish: Decision = { kind: 'finish' };
const aborted: Outcome = { kind: 'aborted', by: 'client' };

const starts = (exchangeId: string, isStream = false): ExchangeEvent => ({
  kind: 'exchange-start',
  exchangeId,
  endpoint: 'chat',
  profile: undefined,
  model: 'a model named "by\nthe user"',
  isStream,
  headers: [],
  received: Buffer.from('12345'),
  sent: Buffer.from('12345'),
  secrets: () => [],
});
const sent = (exchangeId: string, why: 'first' | 'retry' | 'rescue'): ExchangeEvent => ({
  kind: 'attempt-start',
  exchangeId,
  attempt: 1,
  why,
  trace: newTrace(),
});
const judged = (
  verdict: Verdict,
  decision: Decision,
  { exchangeId = 'a', startedAtMs = 0, before = [] as readonly number[], outcome = aborted } = {},
): ExchangeEvent => ({
  kind: 'attempt-outcome',
  exchangeId,
  attempt: 1,
  startedAtMs,
  endedAtMs: 1,
  trace: { ...newTrace(), bytes: 100 },
  outcome,
  verdict,
  situation: {
    attempts: [...before, startedAtMs].map((at) => ({ verdict, startedAtMs: at, endedAtMs: 1 })),
    elapsedMs: 1,
    commit: 'nothing',
    rescuesLeft: 0,
    hasOtherStyle: false,
    chance: 0,
  },
  decision,
});
const ends = (
  exchangeId: string,
  end: ExchangeEnd,
  attempts = 1,
  firstContentMs?: number,
): ExchangeEvent => ({
  kind: 'exchange-end',
  exchangeId,
  model: 'm',
  attempts,
  startedAtMs: 0,
  elapsedMs: 1_200,
  firstContentMs,
  end,
  told: { bytes: 50, received: undefined, sent: undefined },
});
const delivered: ExchangeEnd = { kind: 'delivered' };

const begin = (...events: readonly ExchangeEvent[]): Metrics => {
  const sources = [
    { name: 'journal_dropped_total', help: 'Dropped.', type: 'counter', value: () => 7 } as const,
  ];
  const metrics = startMetrics(new FakeClock(), '1.2.3', sources);
  events.forEach(byEvents(metrics.observe));
  return metrics;
};
/** The value of a line of the page. */
const valueIn = (metrics: Metrics, name: string): number | undefined => {
  const line = metrics
    .render()
    .split('\n')
    .find((text) => text.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
};

describe('the metrics', () => {
  it('count what was asked, sent, judged and delivered', () => {
    const metrics = begin(
      starts('a', true),
      sent('a', 'first'),
      judged(overloaded, { kind: 'retry', delayMs: 1 }),
      sent('a', 'retry'),
      judged({ kind: 'good', ended: false }, { kind: 'deliver' }),
      judged(overloaded, { kind: 'rescue', delayMs: 1 }),
      sent('a', 'rescue'),
      judged(good, finish),
      ends('a', delivered, 3, 400),
      starts('b'),
      sent('b', 'first'),
      judged(good, finish, { exchangeId: 'b' }),
      ends('b', delivered),
      starts('c'),
      ends('c', { kind: 'failed', status: 503, code: 'x', message: 'y' }),
      starts('d', true),
    );
    expect(metrics.counts()).toEqual({
      exchanges: 3,
      delivered: 2,
      saved: 1,
      failed: 1,
      abandoned: 0,
      attempts: 4,
      retries: 1,
      rescues: 1,
    });
    const expected: Readonly<Record<string, number>> = {
      'first_hop_exchanges_total{outcome="delivered"}': 2,
      'first_hop_exchanges_total{outcome="failed"}': 1,
      first_hop_exchanges_saved_total: 1,
      'first_hop_attempts_total{why="rescue"}': 1,
      'first_hop_verdicts_total{verdict="good",reason="",rule=""}': 2,
      'first_hop_verdicts_total{verdict="retryable",reason="overloaded",rule="retry_codes"}': 2,
      'first_hop_first_content_seconds_bucket{le="0.5"}': 1,
      first_hop_first_content_seconds_count: 1,
      first_hop_exchange_duration_seconds_count: 3,
      first_hop_exchanges_active: 1,
      first_hop_streams_active: 1,
      first_hop_request_bytes_total: 20,
      first_hop_upstream_bytes_total: 400,
      first_hop_reply_bytes_total: 150,
      first_hop_journal_dropped_total: 7,
      [`first_hop_build_info{version="1.2.3",node="${process.version}"}`]: 1,
    };
    for (const [name, value] of Object.entries(expected))
      expect([name, valueIn(metrics, name)]).toEqual([name, value]);
  });

  it('count a client that leaves in the middle of an attempt, and not twice when it leaves during a wait', () => {
    const moot = 'first_hop_verdicts_total{verdict="moot",reason="",rule=""}';
    const stop: Decision = { kind: 'stop', because: 'moot' };
    const during = begin(judged({ kind: 'moot' }, stop, { startedAtMs: 9, before: [5] }));
    expect([valueIn(during, moot), valueIn(during, 'first_hop_upstream_bytes_total')]).toEqual([1, 100]);
    const waiting = begin(judged({ kind: 'moot' }, stop, { startedAtMs: 5, before: [5] }));
    expect([valueIn(waiting, moot), valueIn(waiting, 'first_hop_upstream_bytes_total')]).toEqual([
      undefined,
      0,
    ]);
  });

  it('count tokens where they were told, and rules that were skipped', () => {
    const metrics = begin();
    metrics.tokens({ prompt: 10, completion: 5, total: 15 });
    metrics.tokens({ total: 3 });
    metrics.tokens(undefined);
    metrics.ruleSkipped('regex_replacement');
    expect(valueIn(metrics, 'first_hop_tokens_total{type="prompt"}')).toBe(10);
    expect(valueIn(metrics, 'first_hop_tokens_total{type="completion"}')).toBe(5);
    expect(valueIn(metrics, 'first_hop_rule_skips_total{section="regex_replacement"}')).toBe(1);
  });

  it('tell what the process costs', () => {
    const metrics = begin();
    expect(valueIn(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(valueIn(metrics, 'process_cpu_seconds_total')).toBeGreaterThan(0);
    expect(valueIn(metrics, 'process_start_time_seconds')).toBeLessThan(Date.UTC(2026, 0, 2) / 1_000);
    expect(valueIn(metrics, 'nodejs_eventloop_active_seconds_total')).toBeGreaterThanOrEqual(0);
  });

  it('say nothing that a client or an upstream has said', () => {
    const page = begin(
      starts('a'),
      ends('a', { kind: 'failed', status: 503, code: 'c', message: 'quite private' }),
    ).render();
    expect(page).not.toMatch(/by the user|quite private/);
  });
});

describe('the text', () => {
  it('is in the format of Prometheus', () => {
    const histogram = newHistogram([0.5, 1]);
    for (const value of [0.5, 0.6, 4]) addTo(histogram, value);
    expect(
      metricsText([
        { name: 'a_total', help: 'One \\ two\nthree.', type: 'counter', samples: [{ value: 1 }] },
        {
          name: 'b',
          help: 'B.',
          type: 'gauge',
          samples: [{ labels: { x: 'say "hi"\n', y: '\\' }, value: -Infinity }, { value: Number.NaN }],
        },
        { name: 'c_seconds', help: 'C.', type: 'histogram', samples: histogramSamples(histogram) },
      ]),
    ).toBe(String.raw`# HELP a_total One \\ two\nthree.
# TYPE a_total counter
a_total 1
# HELP b B.
# TYPE b gauge
b{x="say \"hi\"\n",y="\\"} -Inf
b NaN
# HELP c_seconds C.
# TYPE c_seconds histogram
c_seconds_bucket{le="0.5"} 1
c_seconds_bucket{le="1"} 2
c_seconds_bucket{le="+Inf"} 3
c_seconds_sum 5.1
c_seconds_count 3
`);
  });

  it('stays one line per number whatever a label says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const page = metricsText([
          { name: 'a', help: text, type: 'gauge', samples: [{ labels: { l: text }, value: 1 }] },
        ]);
        expect(page.split('\n').length).toBe(4);
        expect(page).toMatch(/\na\{l="(?:[^"\\\n]|\\["\\n])*"\} 1\n$/);
      }),
    );
  });
});
