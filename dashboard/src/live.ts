// What happens now: the live feed as signals. Exchanges that have ended stay for a while.
import { signal } from '@preact/signals';
import { get } from './api.ts';
import type { LiveExchange, NowMessage, Today } from './wire.ts';

/** How many of the exchanges that have ended since the page was opened are shown. */
const ENDED_SHOWN = 12;
const AGAIN_MS = 3_000;

export const isConnected = signal(false);
export const today = signal<Today | undefined>(undefined);
export const upstream = signal<NowMessage['upstream'] | undefined>(undefined);
/** Running ones first, each group newest first. */
export const exchanges = signal<readonly LiveExchange[]>([]);
/** Goes up whenever an exchange has ended. */
export const endedCount = signal(0);

/** What the server's clock is ahead of this one. */
let aheadMs = 0;

/** Since when an exchange has been running, by the server's clock. */
export function ageMs(exchange: LiveExchange): number {
  return exchange.elapsedMs ?? Math.max(0, Date.now() + aheadMs - exchange.startedAt);
}

function take(message: NowMessage): void {
  aheadMs = message.at - Date.now();
  today.value = message.today;
  upstream.value = message.upstream;
  const known = message.kind === 'snapshot' ? [] : exchanges.value;
  const changed = new Map(message.exchanges.map((exchange) => [exchange.id, exchange]));
  const all = [...known.filter(({ id }) => !changed.has(id)), ...changed.values()];
  const newestFirst = all.toSorted((one, other) => other.startedAt - one.startedAt);
  const ended = newestFirst.filter(({ end }) => end !== undefined);
  exchanges.value = [...newestFirst.filter(({ end }) => end === undefined), ...ended.slice(0, ENDED_SHOWN)];
  if (message.exchanges.some(({ end }) => end !== undefined)) endedCount.value += 1;
}

/** The two sides of the feed share its type. */
function parsed(data: string): NowMessage {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return JSON.parse(data) as NowMessage;
}

/** Listens for as long as the page is open; the browser itself connects again after most failures. */
export function listen(): void {
  const source = new EventSource('/api/events');
  source.addEventListener('open', () => {
    isConnected.value = true;
  });
  source.addEventListener('message', ({ data }: MessageEvent<string>) => take(parsed(data)));
  source.addEventListener('error', () => {
    isConnected.value = false;
    if (source.readyState !== EventSource.CLOSED) return;
    // Refused: perhaps for want of the token, which this question finds out.
    void get('about').then(
      () => setTimeout(listen, AGAIN_MS),
      () => setTimeout(listen, AGAIN_MS),
    );
  });
}
