// What has happened since midnight: counted as it happens, what was before the start read from the journal once.
import type { Clock } from '../std/clock.ts';
import type { ExchangeEnd, Observe } from '../exchange/events.ts';
import type { JournalReader } from '../journal/store.ts';
import type { Today } from './wire.ts';

/** As many of the day's exchanges before the start are read. */
const MOST_BEFORE = 2_000;
/** The latest first words, for their percentiles. */
const MOST_FIRST_WORDS = 1_000;

interface Ended {
  readonly end: ExchangeEnd;
  readonly attempts: number;
  readonly firstContentMs?: number | undefined;
}

class Totals {
  readonly since: number;
  readonly until: number;
  readonly counts = {
    exchanges: 0,
    delivered: 0,
    failed: 0,
    abandoned: 0,
    saved: 0,
    blanksPrevented: 0,
    retries: 0,
  };
  /** In no order. */
  readonly firstWords: number[] = [];
  /** Where the next one goes: the place of the oldest, once there are so many. */
  #next = 0;

  constructor(since: number) {
    this.since = since;
    this.until = new Date(since).setHours(24, 0, 0, 0);
  }

  /** @param reason why the last attempt that failed did */
  add({ end, attempts, firstContentMs }: Ended, reason: string | undefined): void {
    const { counts, firstWords } = this;
    counts.exchanges += 1;
    counts[end.kind] += 1;
    counts.retries += Math.max(0, attempts - 1);
    if (end.kind === 'delivered' && attempts > 1) {
      counts.saved += 1;
      if (reason === 'empty-reply') counts.blanksPrevented += 1;
    }
    if (firstContentMs === undefined) return;
    firstWords[this.#next] = firstContentMs;
    this.#next = (this.#next + 1) % MOST_FIRST_WORDS;
  }

  shown(): Today {
    if (this.firstWords.length === 0) return { ...this.counts };
    const sorted = this.firstWords.toSorted((one, other) => one - other);
    const percentile = (share: number): number =>
      Math.round(Number(sorted[Math.ceil(share * sorted.length) - 1]));
    return { ...this.counts, firstWordsP50Ms: percentile(0.5), firstWordsP95Ms: percentile(0.95) };
  }
}

export interface TodayCount {
  readonly observe: Observe;
  readonly totals: () => Promise<Today>;
}

/** Starts counting. */
export function countToday(store: JournalReader, clock: Clock): TodayCount {
  const startedAt = clock.wallMs();
  let totals = new Totals(midnightBefore(startedAt));
  let before: Promise<void> | undefined;

  const current = (): Totals => {
    const now = clock.wallMs();
    if (now < totals.since || now >= totals.until) totals = new Totals(midnightBefore(now));
    return totals;
  };
  const readBefore = async (into: Totals): Promise<void> => {
    if (startedAt < into.since) return;
    const earlier = await store.list({ since: into.since, before: startedAt, limit: MOST_BEFORE });
    for (const summary of earlier) into.add(summary, summary.reason);
  };

  return {
    observe() {
      let lastReason: string | undefined;
      return (step) => {
        if (step.kind === 'exchange-end') current().add(step, lastReason);
        if (step.kind !== 'attempt-outcome') return;
        const { verdict } = step;
        if (verdict.kind === 'retryable' || verdict.kind === 'final') lastReason = verdict.reason;
      };
    },
    async totals() {
      before ??= readBefore(current());
      await before;
      return current().shown();
    },
  };
}

function midnightBefore(wallMs: number): number {
  return new Date(wallMs).setHours(0, 0, 0, 0);
}
