import { describe, expect, it } from 'vitest';
import { byEvents } from '../../test/support/by-events.ts';
import { exchangeEvents, final, journalEntry, memoryStore, retryable } from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { countHits, textRuleKey } from './hits.ts';
import { countToday } from './today.ts';

describe('what happened today', () => {
  const noon = new Date(2026, 0, 1, 12).getTime();

  class ClockAt extends FakeClock {
    aheadMs = noon - Date.UTC(2026, 0, 1);
    override wallMs(): number {
      return super.wallMs() + this.aheadMs;
    }
  }

  it('counts what was before the start from the journal, once, and yesterday not', async () => {
    const store = memoryStore([
      journalEntry({ id: 'yesterday', startedAt: noon - 24 * 3_600_000 }),
      journalEntry({
        id: 'blank',
        startedAt: noon - 1_000,
        attempts: 3,
        reason: 'empty-reply',
        firstContentMs: 100,
      }),
      journalEntry({
        id: 'saved',
        startedAt: noon - 2_000,
        attempts: 2,
        reason: 'overloaded',
        firstContentMs: 300,
      }),
    ]);
    const today = countToday(store, new ClockAt());
    await today.totals();
    expect(await today.totals()).toEqual({
      exchanges: 2,
      delivered: 2,
      failed: 0,
      abandoned: 0,
      saved: 2,
      blanksPrevented: 1,
      retries: 3,
      firstWordsP50Ms: 100,
      firstWordsP95Ms: 300,
    });
  });

  it('begins anew at midnight, without what was before', async () => {
    const clock = new ClockAt();
    const today = countToday(memoryStore([journalEntry({ startedAt: noon - 1_000 })]), clock);
    exchangeEvents('a').forEach(byEvents(today.observe));
    clock.aheadMs += 24 * 3_600_000;
    expect(await today.totals()).toMatchObject({ exchanges: 0 });
  });

  it('keeps the latest first words only', async () => {
    const today = countToday(memoryStore(), new FakeClock());
    const observe = byEvents(today.observe);
    const end = exchangeEvents('a').at(-1);
    if (end?.kind !== 'exchange-end') throw new Error('no end');
    for (let index = 0; index < 1_001; index += 1)
      observe({ ...end, firstContentMs: index === 0 ? 9_999 : 5 });
    observe({
      ...end,
      end: { kind: 'abandoned', by: 'client' },
      attempts: 0,
      firstContentMs: undefined,
    });
    expect(await today.totals()).toMatchObject({
      firstWordsP95Ms: 5,
      abandoned: 1,
      retries: 1_001,
      blanksPrevented: 0,
    });
  });
});

it('counts which text rules have changed something, a preset once', () => {
  const hits = countHits(new FakeClock());
  const observe = byEvents(hits.observe);
  const step = { kind: 'repair', name: 'mojibake' } as const;
  const rule = { name: 'regex_replacement.rules[0]', pattern: 'a+', step, appliesTo: 'all' };
  const preset = { name: 'the preset fix', step, appliesTo: 'all' };
  const [start] = exchangeEvents('a');
  const end = exchangeEvents('b').at(-1);
  if (start?.kind !== 'exchange-start' || end?.kind !== 'exchange-end') throw new Error('no events');
  observe({ ...start, changedBy: [rule, preset, preset] });
  observe({ ...end, told: { ...end.told, changedBy: [rule] } });
  observe(start);
  observe(end);
  expect(hits.of('request', textRuleKey(rule))).toMatchObject({ hits: 1, lastExchange: 'a' });
  expect(hits.of('request', textRuleKey(preset))).toMatchObject({ hits: 1 });
  expect(hits.of('reply', textRuleKey(rule))).toMatchObject({ hits: 1, lastExchange: 'b' });
  // One with the same pattern, for other texts; and one at the same place, of a profile.
  expect(hits.of('request', textRuleKey({ ...rule, name: 'regex_replacement.rules[1]' }))).toBeUndefined();
  expect(hits.of('request', textRuleKey({ ...rule, pattern: 'b' }))).toBeUndefined();
});

it('counts which rules have applied', () => {
  const hits = countHits(new FakeClock());
  const observe = byEvents(hits.observe);
  const outcome = exchangeEvents('a')[2];
  if (outcome?.kind !== 'attempt-outcome') throw new Error('no outcome');
  const recategorised = { from: 400, to: 503, pattern: 'wait', description: '' };
  observe({ ...outcome, verdict: retryable({ recategorised }) });
  observe({
    ...outcome,
    exchangeId: 'b',
    verdict: retryable({ recategorised, builtinRule: 'overloaded' }),
  });
  observe({ ...outcome, verdict: final({ hardStop: { pattern: 'stop', description: '' } }) });
  observe({ ...outcome, verdict: { kind: 'moot' } });
  expect(hits.of('recategorisation', 'wait')).toMatchObject({ hits: 2, lastExchange: 'b' });
  expect(hits.of('hard-stop', 'stop')).toMatchObject({ hits: 1 });
  expect(hits.of('builtin', 'overloaded')).toMatchObject({ hits: 1 });
  expect(hits.of('builtin', 'other')).toBeUndefined();
});
