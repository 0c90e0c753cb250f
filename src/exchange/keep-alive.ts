// Keeps a silent stream's connection alive while its upstream is still being tried: for tunnels and reverse proxies that
// cut connections on which nothing moves.
import type { Clock, Timer } from '../std/clock.ts';
import type { Delivery } from './delivery.ts';

/** Shorter than the read timeouts of common tunnels and proxies (nginx 60 s, Cloudflare 100 s). */
const BETWEEN_COMMENTS_MS = 15_000;

/**
 * Sends the head and a comment after `afterMs`, and further comments until the reply says something.
 * @param afterMs 0 sends none
 * @returns a call that ends it
 */
export function keepAlive(delivery: Delivery, afterMs: number, clock: Clock): () => void {
  if (afterMs === 0) return () => undefined;
  let timer: Timer;
  const beat = (): void => {
    if (delivery.saysNothingYet()) timer = clock.after(BETWEEN_COMMENTS_MS, beat);
  };
  timer = clock.after(afterMs, beat);
  return () => timer.cancel();
}
