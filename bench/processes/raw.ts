// The yardstick: the least a Node proxy can do. One process, node:http in, undici out; the request body is
// collected and sent as it came, reply bytes are relayed with backpressure. Arguments: the upstream's origin.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { Pool, type Dispatcher } from 'undici';

const hopByHop = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

const pool = new Pool(process.argv[2] ?? '', { connections: null, pipelining: 1 });

/** The headers of one hop, alternating names and values, without those that belong to the other. */
function endToEnd(raw: readonly (string | Buffer)[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = String(raw[index]);
    if (!hopByHop.has(name.toLowerCase())) kept.push(name, String(raw[index + 1]));
  }
  return kept;
}

function relay(response: ServerResponse): Dispatcher.DispatchHandler {
  let over = false;
  return {
    onRequestStart(controller) {
      response.on('close', () => {
        if (!over) controller.abort(new Error('the client left'));
      });
    },
    onResponseStart(controller, status) {
      response.writeHead(status, endToEnd(Array.isArray(controller.rawHeaders) ? controller.rawHeaders : []));
    },
    onResponseData(controller, bytes) {
      if (response.write(bytes)) return;
      controller.pause();
      response.once('drain', () => controller.resume());
    },
    onResponseEnd() {
      over = true;
      response.end();
    },
    onResponseError() {
      over = true;
      if (!response.headersSent) response.writeHead(502);
      response.end();
    },
  };
}

function forward(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  pool.dispatch(
    {
      path: request.url ?? '/',
      method: request.method === 'POST' ? 'POST' : 'GET',
      headers: endToEnd(request.rawHeaders),
      body,
    },
    relay(response),
  );
}

const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const [only] = pieces;
    forward(request, response, pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces));
  });
});
listen(server);
process.on('SIGTERM', () => process.exit(0));
