// Sends JSON to an address of the user's choice, for what is not a request of a client: traces. Nothing of the answer
// but its status is looked at.
import { Pool } from 'undici';
import type { Clock } from '../std/clock.ts';

/** An address with its connection. */
export interface Postbox {
  /** Resolves to the status of the answer; rejects when there is none within the time. */
  send(json: string, timeoutMs: number): Promise<number>;
  close(): Promise<void>;
}

/** Connects to nothing yet. */
export function openPostbox(url: string, headers: Readonly<Record<string, string>>, clock: Clock): Postbox {
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  return {
    async send(json, timeoutMs) {
      const controller = new AbortController();
      const timer = clock.after(timeoutMs, () =>
        controller.abort(new Error(`No answer within ${timeoutMs / 1_000} s`)),
      );
      try {
        const { statusCode, body } = await pool.request({
          method: 'POST',
          path: `${pathname}${search}`,
          headers: { ...headers, 'content-type': 'application/json' },
          body: json,
          signal: controller.signal,
        });
        await body.dump();
        return statusCode;
      } finally {
        timer.cancel();
      }
    },
    close: () => pool.destroy(),
  };
}
