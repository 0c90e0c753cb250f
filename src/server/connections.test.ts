// The end of a server whose clients do not let go of it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import type { Stop } from '../std/abort.ts';
import { trackConnections } from './connections.ts';

const GRACE_MS = 30_000;
const LAST_WORD_MS = 2_000;

it('waits for a reply for its grace, tells whoever makes it that it is over, and then lets nobody hold it up', async () => {
  const server = createServer();
  const connections = trackConnections(server);
  const stops: Stop[] = [];
  // Takes no notice of being stopped, and never answers.
  server.on('request', (request, response) => stops.push(connections.begin(request.socket, response)));
  const client = await asking(server);
  await until(() => stops.length === 1);
  const [stop] = stops;
  const clock = new FakeClock();
  clock.holdSleeps = true;
  let isOver = false;
  const closed = connections.close(clock).then(() => (isOver = true));

  await clock.advance(GRACE_MS - 1);
  expect(stop?.aborted).toBe(false);
  await clock.advance(1);
  expect(stop?.reason).toBe('shutdown');
  await settle();
  expect(isOver).toBe(false);
  const cutOff = once(client, 'close');
  await clock.advance(LAST_WORD_MS);
  await closed;
  await cutOff;
});

it('aborts nothing that has been answered', async () => {
  const server = createServer();
  const connections = trackConnections(server);
  const stops: Stop[] = [];
  server.on('request', (request, response) => {
    stops.push(connections.begin(request.socket, response));
    response.end('done');
  });
  const client = await asking(server);
  await until(() => stops.length === 1);
  await once(client, 'data');
  client.destroy();
  await connections.close(new FakeClock());
  expect(stops.map(({ aborted }) => aborted)).toEqual([false]);
});

async function asking(server: ReturnType<typeof createServer>): Promise<Socket> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of a server that listens on TCP
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  return client;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
