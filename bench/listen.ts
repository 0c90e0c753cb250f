// How a helper process says where it can be reached.
import type { Server } from 'node:net';

/** More connections may wait to be taken than any figure opens at once. */
const BACKLOG = 4_096;

/** Listens on a free loopback port and prints the address. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', BACKLOG, () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null) console.log(`http://127.0.0.1:${address.port}`);
  });
}
