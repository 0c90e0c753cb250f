// The live feed (https://html.spec.whatwg.org/#server-sent-events): everything at first, then what has changed, at most
// ten times a second. While somebody listens and something runs, it is looked whether an attempt has reached another
// phase. While nobody listens there is no timer and nothing is made.
import type { StopSignal } from '../std/abort.ts';
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../std/clock.ts';
import type { Live, Running } from './live.ts';
import type { DashboardParts } from './parts.ts';
import type { TodayCount } from './today.ts';
import type { NowMessage } from './wire.ts';

/** Between two messages of one feed. */
export const PAUSE_MS = 100;
/** A comment now and then finds out whether the page is still there. */
export const HEARTBEAT_MS = 15_000;
/** A browser has at most a few pages open. */
const MOST_FEEDS = 20;

export interface Feeds {
  /** What a feed begins with. */
  readonly snapshot: () => Promise<NowMessage>;
  /** Tells what happens until the page leaves. */
  readonly open: (response: ServerResponse, signal: StopSignal) => Promise<void>;
  /** Ends all feeds. */
  readonly close: () => void;
}

export function startFeeds(parts: DashboardParts, live: Live, today: TodayCount): Feeds {
  const open = new Set<() => void>();
  const message: MakeMessage = async (kind, exchanges) => ({
    kind,
    today: await today.totals(),
    upstream: parts.upstream(),
    at: parts.clock.wallMs(),
    exchanges: exchanges.map((exchange) => exchange.shown()),
  });
  return {
    snapshot: () => message('snapshot', live.running()),
    async open(response, signal) {
      if (open.size >= MOST_FEEDS) {
        response.writeHead(503, { 'content-length': 0, 'cache-control': 'no-store' }).end();
        return;
      }
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      const endFeed = tellChanges(response, message, live, parts.clock);
      const end = (): void => {
        endFeed();
        open.delete(end);
      };
      open.add(end);
      signal.addEventListener('abort', end, { once: true });
      send(response, await message('snapshot', live.running()));
    },
    close() {
      for (const end of open) end();
    },
  };
}

type MakeMessage = (kind: NowMessage['kind'], exchanges: readonly Running[]) => Promise<NowMessage>;

/**
 * Writes messages while they are taken; what changes meanwhile waits, once per exchange. Of phases that attempts reach no
 * event tells, so they are looked for.
 * @returns ends the feed
 */
function tellChanges(response: ServerResponse, message: MakeMessage, live: Live, clock: Clock): () => void {
  const changed = new Set<Running>();
  /** How many phases had been reached when they were looked for last. */
  const seen = new WeakMap<Running, number>();
  let timer: Timer | undefined;
  let isOver = false;
  const lookForPhases = (): void => {
    for (const exchange of live.running()) {
      const phases = exchange.phases();
      if (seen.get(exchange) !== phases) changed.add(exchange);
      seen.set(exchange, phases);
    }
  };
  const flush = async (): Promise<void> => {
    lookForPhases();
    const exchanges = [...changed];
    changed.clear();
    if (exchanges.length > 0) send(response, await message('changes', exchanges));
    timer = undefined;
    if (changed.size > 0 || live.running().length > 0) later();
  };
  const later = (): void => {
    if (isOver) return;
    timer ??= clock.after(PAUSE_MS, () => {
      if (response.writableNeedDrain) {
        timer = undefined;
        response.once('drain', later);
      } else void flush();
    });
  };
  let heartbeat = clock.after(HEARTBEAT_MS, function beat() {
    response.write(':\n\n');
    heartbeat = clock.after(HEARTBEAT_MS, beat);
  });
  const stopListening = live.listen((exchange) => {
    changed.add(exchange);
    later();
  });
  // What runs already is in the message that the feed begins with.
  lookForPhases();
  changed.clear();
  if (live.running().length > 0) later();
  return () => {
    isOver = true;
    stopListening();
    timer?.cancel();
    heartbeat.cancel();
    response.end();
  };
}

function send(response: ServerResponse, message: NowMessage): void {
  if (!response.writableEnded) response.write(`data: ${JSON.stringify(message)}\n\n`);
}
