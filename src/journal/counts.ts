// What has happened since the start, in numbers: for `GET /health/detailed`.
import type { Clock } from '../std/clock.ts';
import type { Observe } from '../exchange/events.ts';

/** Totals since the start. */
export interface Counts {
  readonly exchanges: number;
  readonly delivered: number;
  /** Delivered only because an attempt was repeated. */
  readonly saved: number;
  readonly failed: number;
  readonly abandoned: number;
  readonly attempts: number;
  readonly retries: number;
}

/** How the upstream has been doing, named as `GET /health/detailed` shows it. Times are ISO 8601, absent while there is nothing to tell. */
export interface UpstreamState {
  readonly failures_in_a_row: number;
  readonly last_success?: string;
  readonly last_failure?: { readonly at: string; readonly reason: string };
}

export interface Tally {
  readonly observe: Observe;
  counts(): Counts;
  upstream(): UpstreamState;
}

/** Starts counting from zero. */
export function startTally(clock: Clock): Tally {
  const counts = { exchanges: 0, delivered: 0, saved: 0, failed: 0, abandoned: 0, attempts: 0, retries: 0 };
  let failuresInARow = 0;
  let lastSuccessMs: number | undefined;
  let lastFailure: { readonly atMs: number; readonly reason: string } | undefined;

  const observe: Observe = (event) => {
    if (event.kind === 'exchange-end') {
      counts.exchanges += 1;
      counts.attempts += event.attempts;
      counts[event.end.kind] += 1;
      if (event.end.kind === 'delivered' && event.attempts > 1) counts.saved += 1;
      return;
    }
    if (event.kind !== 'attempt-outcome') return;
    const { verdict, decision } = event;
    if (decision.kind === 'retry') counts.retries += 1;
    if (verdict.kind === 'good') {
      failuresInARow = 0;
      lastSuccessMs = clock.wallMs();
    }
    if (verdict.kind === 'retryable' || verdict.kind === 'final') {
      failuresInARow += 1;
      lastFailure = { atMs: clock.wallMs(), reason: verdict.reason };
    }
  };
  const upstream = (): UpstreamState => ({
    failures_in_a_row: failuresInARow,
    ...(lastSuccessMs !== undefined && { last_success: isoTime(lastSuccessMs) }),
    ...(lastFailure && { last_failure: { at: isoTime(lastFailure.atMs), reason: lastFailure.reason } }),
  });
  return { observe, counts: () => ({ ...counts }), upstream };
}

function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
