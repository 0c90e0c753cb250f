// Makers of journal entries for tests.
import type { ExchangeEnd } from '../../src/exchange/events.ts';
import type { Body, ExchangeSummary, JournalEntry, NewEntry } from '../../src/journal/entry.ts';

export const DELIVERED: ExchangeEnd = { kind: 'delivered' };

/** A failed end with a message. */
export function failedEnd(message: string): ExchangeEnd {
  return { kind: 'failed', status: 502, code: 'overloaded', message };
}

/** A summary of an exchange that went well. */
export function summary(over: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return {
    id: 'exchange',
    startedAt: 1_000,
    endpoint: 'chat',
    model: 'some-model',
    stream: true,
    end: DELIVERED,
    attempts: 1,
    rescues: 0,
    elapsedMs: 10,
    requestBytes: 2,
    replyBytes: 2,
    ...over,
  };
}

/** An entry as a store takes it. */
export function stored(
  over: Partial<ExchangeSummary> = {},
  bodies: readonly (Body | undefined)[] = [],
  tries: JournalEntry['tries'] = [],
): NewEntry {
  const [received, sent, replied, told] = bodies;
  return {
    summary: summary(over),
    summaryJson: JSON.stringify(summary(over)),
    detailsJson: JSON.stringify({ tries }),
    bodies: [received, sent, replied, told],
  };
}

/** An attempt that failed with a message. */
export function failedTry(message: string): JournalEntry['tries'][number] {
  return {
    why: 'first',
    startedMs: 0,
    endedMs: 5,
    bytes: 0,
    judgements: [
      {
        atMs: 5,
        outcome: { kind: 'responded', status: 500, headers: [] },
        verdict: {
          kind: 'final',
          reason: 'server-error',
          rule: 'fail_codes',
          status: 500,
          message,
          cost: 'not-billed',
        },
        decision: { kind: 'stop', because: 'final' },
        situation: { elapsedMs: 5, commit: 'nothing', rescuesLeft: 0, hasOtherStyle: false, chance: 0.5 },
      },
    ],
  };
}
