import { describe, expect, it } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import type { ExchangeEnd, ExchangeEvent } from '../exchange/events.ts';
import type { Decision } from '../retry/decision.ts';
import { newTrace } from '../upstream/upstream.ts';
import type { Log } from '../std/log.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { consoleLines } from './console-line.ts';
import { startTally } from './counts.ts';

const overloaded: Verdict = {
  kind: 'retryable',
  reason: 'server-error',
  rule: 'retry_codes',
  status: 503,
  message: 'overloaded',
  cost: 'not-billed',
  conditional: false,
};
const attempt = (verdict: Verdict, decision: Decision): ExchangeEvent => ({
  kind: 'attempt-outcome',
  exchangeId: 'x',
  attempt: 1,
  startedAtMs: 0,
  endedAtMs: 1,
  trace: newTrace(),
  outcome: { kind: 'aborted', by: 'client' },
  verdict,
  situation: {
    attempts: [],
    elapsedMs: 1,
    commit: 'nothing',
    rescuesLeft: 0,
    hasOtherStyle: false,
    chance: 0,
  },
  decision,
});
const ended = (end: ExchangeEnd, attempts = 1, model: string | undefined = 'm'): ExchangeEvent => ({
  kind: 'exchange-end',
  exchangeId: 'x',
  model,
  attempts,
  startedAtMs: 0,
  elapsedMs: 1_234,
  firstContentMs: undefined,
  end,
  told: { bytes: 0, received: undefined, sent: undefined },
});
const started: ExchangeEvent = {
  kind: 'exchange-start',
  exchangeId: 'x',
  endpoint: 'chat',
  profile: undefined,
  model: 'm',
  isStream: false,
  headers: [],
  received: Buffer.from('{}'),
  sent: Buffer.from('{}'),
  secrets: () => [],
};
const delivered: ExchangeEnd = { kind: 'delivered' };
const failed: ExchangeEnd = { kind: 'failed', status: 503, code: 'server_error', message: 'Sorry.\nReally' };

describe('the state of an upstream', () => {
  it('tells how it is doing', async () => {
    const clock = new FakeClock();
    const at = (): string => new Date(clock.wallMs()).toISOString();
    const tally = startTally(clock);
    const observe = byEvents(tally.observe);
    observe(ended(failed));
    expect(tally.upstream()).toEqual({ failures_in_a_row: 0 });

    observe(attempt(overloaded, { kind: 'retry', delayMs: 1 }));
    observe(attempt({ kind: 'moot' }, { kind: 'stop', because: 'moot' }));
    observe(attempt({ ...overloaded, kind: 'final' }, { kind: 'stop', because: 'final' }));
    const lastFailure = { at: at(), reason: 'server-error' };
    expect(tally.upstream()).toEqual({ failures_in_a_row: 2, last_failure: lastFailure });

    await clock.advance(1_000);
    observe(attempt({ kind: 'good', ended: false }, { kind: 'deliver' }));
    expect(tally.upstream()).toEqual({ failures_in_a_row: 0, last_success: at(), last_failure: lastFailure });
  });
});

describe('the line at the terminal', () => {
  const linesOf = (...events: readonly ExchangeEvent[]): string[] => linesWith(true, events);
  const linesWith = (recategorisations: boolean, events: readonly ExchangeEvent[]): string[] => {
    const lines: string[] = [];
    const log: Log = {
      info: (line) => lines.push(`info${line.replace(/^\d\d:\d\d:\d\d/, '')}`),
      warn: (line) => lines.push(`warn${line.replace(/^\d\d:\d\d:\d\d/, '')}`),
      error: () => undefined,
    };
    const observe = byEvents(consoleLines(log, new FakeClock(), { recategorisations }));
    for (const event of events) observe(event);
    return lines;
  };

  it.each<[ExchangeEvent, string]>([
    [ended(delivered), 'info  m  delivered  (1 attempt, 1.2 s)'],
    [ended(delivered, 3), 'info  m  delivered  (3 attempts, 1.2 s)'],
    [ended(failed), 'warn  m  failed with 503: Sorry. Really  (1 attempt, 1.2 s)'],
    [ended({ kind: 'abandoned', by: 'client' }), 'info  m  stopped by the client  (1 attempt, 1.2 s)'],
    [ended({ kind: 'abandoned', by: 'shutdown' }), 'info  m  broken off to end  (1 attempt, 1.2 s)'],
    [
      { ...ended(delivered), model: undefined } as ExchangeEvent,
      'info  (no model)  delivered  (1 attempt, 1.2 s)',
    ],
    [
      { ...ended(delivered), model: '\u001b[31mred\u2028sk-abcdefghijkl1234' } as ExchangeEvent,
      'info   [31mred sk-…1234  delivered  (1 attempt, 1.2 s)',
    ],
    [
      { ...ended(delivered, 2), firstContentMs: 400 } as ExchangeEvent,
      'info  m  delivered  (2 attempts, first word after 0.4 s, 1.2 s in all)',
    ],
    // A whole reply has its first word and its last at the same time.
    [
      { ...ended(delivered), firstContentMs: 1_230 } as ExchangeEvent,
      'info  m  delivered  (1 attempt, 1.2 s)',
    ],
  ])('%j', (event, line) => {
    expect(linesOf(event)).toEqual([line]);
  });

  it('tells how often a reply was continued, each exchange by itself', () => {
    const sent = (exchangeId: string, why: 'first' | 'rescue'): ExchangeEvent => ({
      kind: 'attempt-start',
      exchangeId,
      attempt: 1,
      why,
      trace: newTrace(),
    });
    expect(
      linesOf(
        started,
        sent('x', 'first'),
        sent('x', 'rescue'),
        ended(delivered, 2),
        sent('x', 'rescue'),
        sent('y', 'rescue'),
        sent('x', 'rescue'),
        ended(delivered, 3),
        ended(delivered),
      ),
    ).toEqual([
      'info  m  delivered  (2 attempts, continued once, 1.2 s)',
      'info  m  delivered  (3 attempts, continued 2 times, 1.2 s)',
      'info  m  delivered  (1 attempt, 1.2 s)',
    ]);
  });

  it('is painted where that is wanted', () => {
    const lines: string[] = [];
    const add = (line: string): void => void lines.push(line.slice(10));
    const options = { recategorisations: true, paint: (style: string, text: string) => `<${style} ${text}>` };
    const log = { info: add, warn: add, error: add };
    const observe = byEvents(consoleLines(log, new FakeClock(), options));
    for (const event of [ended(delivered), ended(failed, 2), ended({ kind: 'abandoned', by: 'client' })])
      observe(event);
    expect(lines).toEqual([
      'm  <green delivered>  (1 attempt, 1.2 s)',
      'm  <red failed with 503>: Sorry. Really  (<yellow 2 attempts>, 1.2 s)',
      'm  <dim stopped by the client>  (1 attempt, 1.2 s)',
    ]);
  });

  it('tells of a recategorisation with both statuses, the pattern and what it is for', () => {
    const recategorised = { from: 200, to: 429, pattern: 'overloaded', description: 'Google' };
    const retry: Decision = { kind: 'retry', delayMs: 1 };
    expect(
      linesOf(
        attempt({ ...overloaded, recategorised }, retry),
        attempt(
          { ...overloaded, recategorised: { ...recategorised, from: undefined, description: '' } },
          retry,
        ),
        attempt(overloaded, retry),
        attempt({ kind: 'moot' }, { kind: 'stop', because: 'moot' }),
      ),
    ).toEqual([
      'info  status 200 taken as 429, pattern "overloaded" (Google)',
      'info  status none taken as 429, pattern "overloaded"',
    ]);
    const quiet = attempt({ ...overloaded, recategorised }, retry);
    expect(linesWith(false, [quiet])).toEqual([]);
  });
});
