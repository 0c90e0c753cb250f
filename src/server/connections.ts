// Which connections have replies under way: so that a client's leaving is heard, and the end waits for those who wait.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { abortWith } from '../std/abort.ts';
import type { Clock } from '../std/clock.ts';

/** How long running replies may take to finish once the process is asked to end. */
const GRACE_MS = 30_000;
/** After that, how long a last word may take to reach its client. */
const LAST_WORD_MS = 2_000;

export interface Connections {
  /** A request has come; its controller aborts when the client leaves before it has been answered. */
  begin(socket: Socket, response: ServerResponse): AbortController;
  /** Takes no new connections; resolves when all replies are out, or have been told that the grace is over. */
  close(clock: Clock): Promise<void>;
}

/** Watches a server's connections from before it listens. */
export function trackConnections(server: Server): Connections {
  /** Per open connection, the requests under way: several, when a client does not wait for answers (pipelining). */
  const running = new Map<Socket, Set<AbortController>>();
  let isClosing = false;

  const closeIdle = (): void => {
    for (const [socket, controllers] of running) if (controllers.size === 0) socket.destroy();
  };
  // Node's own would also close connections whose last bytes are still on their way to a slow reader.
  server.closeIdleConnections = closeIdle;
  server.on('connection', (socket) => {
    const controllers = new Set<AbortController>();
    running.set(socket, controllers);
    socket.once('close', () => {
      running.delete(socket);
      for (const controller of controllers) abortWith(controller, 'client');
    });
  });

  return {
    begin(socket, response) {
      const controller = new AbortController();
      const controllers = running.get(socket);
      controllers?.add(controller);
      response.once('close', () => {
        controllers?.delete(controller);
        if (!response.writableFinished) abortWith(controller, 'client');
        if (isClosing) closeIdle();
      });
      return controller;
    },
    close(clock) {
      isClosing = true;
      return new Promise((resolve) => {
        let timer = clock.after(GRACE_MS, () => {
          for (const controller of [...running.values()].flatMap((all) => [...all]))
            abortWith(controller, 'shutdown');
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
