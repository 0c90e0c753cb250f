import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { openPostbox } from './post-json.ts';
import type { Postbox } from './post-json.ts';

async function start(
  clock: FakeClock,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Postbox> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const postbox = openPostbox(`http://127.0.0.1:${port}/in?x=1`, { 'x-key': 'abc' }, clock);
  onTestFinished(async () => {
    await postbox.close();
    server.closeAllConnections();
    server.close();
  });
  return postbox;
}

it('posts JSON with its headers and tells the status', async () => {
  const clock = new FakeClock();
  const seen: unknown[] = [];
  const postbox = await start(clock, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push([method, url, headers['x-key'], headers['content-type'], Buffer.concat(chunks).toString()]);
      response.writeHead(seen.length === 1 ? 202 : 503).end('{"partialSuccess":{}}');
    });
  });
  expect(await postbox.send('{"a":1}', 1_000)).toBe(202);
  expect(await postbox.send('{}', 1_000)).toBe(503);
  expect(seen[0]).toEqual(['POST', '/in?x=1', 'abc', 'application/json', '{"a":1}']);
  expect(clock.waiting()).toEqual([]);
});

it('waits so long and no longer', async () => {
  const clock = new FakeClock();
  const asked: unknown[] = [];
  const postbox = await start(clock, ({ url }) => void asked.push(url));
  const sending = postbox.send('{}', 3_000);
  const refused = expect(sending).rejects.toThrow('No answer within 3 s');
  while (asked.length === 0) await settle(1);
  await clock.advance(3_000);
  await refused;
});
