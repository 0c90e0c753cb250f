// Which connections have a reply under way: so that a client's leaving is heard, and the end waits for those who wait.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { abortWith } from '../std/abort.ts';
import type { Clock } from '../std/clock.ts';

/** How long running replies may take to finish once the process is asked to end. */
const GRACE_MS = 30_000;
/** After that, how long a last word may take to reach its client. */
const LAST_WORD_MS = 2_000;

export interface Connections {
  /** A request has come; the signal aborts when its client leaves before it has been answered. */
  begin(request: IncomingMessage, response: ServerResponse): AbortSignal;
  /** Takes no new connections; resolves when all replies are out, or have been told that the grace is over. */
  close(clock: Clock): Promise<void>;
}

/** Watches a server's connections from before it listens. */
export function trackConnections(server: Server): Connections {
  const open = new Set<Socket>();
  const busy = new Map<Socket, AbortController>();
  let isClosing = false;

  const closeIdle = (): void => {
    for (const socket of open) if (!busy.has(socket)) socket.destroy();
  };
  // Node's own would also close connections whose last bytes are still on their way to a slow reader.
  server.closeIdleConnections = closeIdle;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });

  return {
    begin({ socket }, response) {
      const controller = new AbortController();
      busy.set(socket, controller);
      response.once('close', () => {
        busy.delete(socket);
        if (!response.writableFinished) abortWith(controller, 'client');
        if (isClosing) closeIdle();
      });
      return controller.signal;
    },
    close(clock) {
      isClosing = true;
      return new Promise((resolve) => {
        let timer = clock.after(GRACE_MS, () => {
          for (const controller of busy.values()) abortWith(controller, 'shutdown');
          timer = clock.after(LAST_WORD_MS, () => server.closeAllConnections());
        });
        server.close(() => {
          timer.cancel();
          resolve();
        });
      });
    },
  };
}
