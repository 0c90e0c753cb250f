// How an upstream has been doing: for `GET /health/detailed`. What has happened altogether is counted in metrics.ts.
import type { Clock } from '../std/clock.ts';
import type { Follow, Observe } from '../exchange/events.ts';

/** How the upstream has been doing, named as `GET /health/detailed` shows it. Times are ISO 8601, absent while there is nothing to tell. */
export interface UpstreamState {
  readonly failures_in_a_row: number;
  readonly last_success?: string;
  readonly last_failure?: { readonly at: string; readonly reason: string };
}

export interface Tally {
  readonly observe: Observe;
  upstream(): UpstreamState;
}

/** Knows nothing yet. */
export function startTally(clock: Clock): Tally {
  let failuresInARow = 0;
  let lastSuccessMs: number | undefined;
  let lastFailure: { readonly atMs: number; readonly reason: string } | undefined;

  const follow: Follow = (event) => {
    if (event.kind !== 'attempt-outcome') return;
    const { verdict } = event;
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
  return { observe: () => follow, upstream };
}

function isoTime(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
