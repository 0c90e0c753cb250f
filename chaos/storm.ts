// Sends every request of a storm through one subject, a few at a time, and judges what comes back.
import { createClient, type Call } from '../test/support/client.ts';
import { judge, type Arrival, type Judgement } from './judge.ts';
import type { Plan } from './plan.ts';
import { promptOf, type StormUpstream } from './upstream.ts';

/** Where a subject takes requests. */
export interface Address {
  /** The origin. */
  readonly url: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request's end. */
export interface Result extends Judgement {
  readonly plan: Plan;
  /** What the upstream saw of it. */
  readonly attempts: number;
  readonly tookMs: number;
}

/** How many requests of a storm are under way at once. */
export const AT_ONCE = 16;
/** After this a request counts as hung. Above what any subject needs for four failures, its longest waits included. */
export const HUNG_AFTER_MS = 25_000;

/**
 * @param name the subject's, as the upstream knows it
 * @param plans may go on for as long as it likes
 * @param atOnce how many requests are under way at once
 */
export async function runStorm(
  name: string,
  address: Address,
  plans: Iterable<Plan>,
  upstream: StormUpstream,
  atOnce: number,
): Promise<Result[]> {
  const client = createClient(address.url);
  const waiting = plans[Symbol.iterator]();
  const results: Result[] = [];
  const work = async (): Promise<void> => {
    // The workers share the iterator: each takes the next request that waits.
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const plan = next.value;
      const startedMs = performance.now();
      const arrival = await arrivalOf(
        client.call(address.path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...address.headers },
          body: requestOf(plan),
        }),
      );
      const tookMs = Math.round(performance.now() - startedMs);
      results.push({ plan, ...judge(arrival, plan), attempts: upstream.attempts(name, plan), tookMs });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  client.close();
  return results;
}

function requestOf(plan: Plan): string {
  const messages = [
    { role: 'system', content: 'Write the next reply.' },
    { role: 'user', content: promptOf(plan) },
  ];
  return JSON.stringify({ model: 'chaos', stream: plan.lane === 'streamed', messages });
}

async function arrivalOf(call: Call): Promise<Arrival> {
  const over = new AbortController();
  const hung = new Promise<Arrival>((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'hung', afterMs: HUNG_AFTER_MS, received: call.received() });
      call.abort();
    }, HUNG_AFTER_MS);
    over.signal.addEventListener('abort', () => clearTimeout(timer));
  });
  const replied = call.done.then(
    (reply): Arrival => ({ kind: 'replied', reply }),
    (error: unknown): Arrival => ({
      kind: 'lost',
      message: error instanceof Error ? error.message : String(error),
    }),
  );
  const arrival = await Promise.race([hung, replied]);
  over.abort();
  return arrival;
}
