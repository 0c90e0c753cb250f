// Which connections have replies under way: so that a client's leaving is heard, and the end waits for those who wait.
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Stop } from '../std/abort.ts';
import type { Clock } from '../std/clock.ts';

/** How long running replies may take to finish once the process is asked to end. */
const GRACE_MS = 30_000;
/** After that, how long a last word may take to reach its client. */
const LAST_WORD_MS = 2_000;

export interface Connections {
  /** A request has come; it aborts when the client leaves before it has been answered. */
  begin(socket: Socket, response: ServerResponse): Stop;
  /** Takes no new connections; resolves when all replies are out, or have been told that the grace is over. */
  close(clock: Clock): Promise<void>;
}

/** Watches a server's connections from before it listens. */
export function trackConnections(server: Server): Connections {
  /** Per open connection, the requests under way: several, when a client does not wait for answers (pipelining). */
  const running = new Map<Socket, Stop[]>();
  let isClosing = false;

  const closeIdle = (): void => {
    for (const [socket, stops] of running) if (stops.length === 0) socket.destroy();
  };
  // Node's own would also close connections whose last bytes are still on their way to a slow reader.
  server.closeIdleConnections = closeIdle;
  server.on('connection', (socket) => {
    const stops: Stop[] = [];
    running.set(socket, stops);
    socket.once('close', () => {
      running.delete(socket);
      for (const stop of stops.splice(0)) stop.abort('client');
    });
  });

  return {
    begin(socket, response) {
      const stop = new Stop();
      const stops = running.get(socket);
      stops?.push(stop);
      response.once('close', () => {
        stops?.splice(stops.indexOf(stop), 1);
        if (!response.writableFinished) stop.abort('client');
        if (isClosing) closeIdle();
      });
      return stop;
    },
    close(clock) {
      isClosing = true;
      return new Promise((resolve) => {
        let timer = clock.after(GRACE_MS, () => {
          for (const stop of [...running.values()].flat()) stop.abort('shutdown');
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
