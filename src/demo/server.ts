// The demo upstream: a real HTTP server in this process that speaks the OpenAI chat protocol, so that First Hop
// can be tried, and its retries watched, without any provider. Not for use as a mock in tests.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Clock } from '../std/clock.ts';
import { isObject, parseJson } from '../std/json.ts';
import { DEMO_MODELS, answerOf } from './models.ts';
import { play } from './play.ts';

/** A demo upstream that is listening. */
export interface DemoUpstream {
  /** Where it listens, without a path: `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Stops at once; replies that are under way break off. */
  stop(): Promise<void>;
}

/** Starts the demo upstream on a free loopback port. Rejects when the system gives it none. */
export async function startDemo(platform: { readonly clock: Clock }): Promise<DemoUpstream> {
  const turns = new Map<string, number>();
  let answered = 0;

  const chat = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const sent = parseJson(await text(request));
    const body = isObject(sent) ? sent : {};
    const model = typeof body['model'] === 'string' ? body['model'] : 'demo';
    const turn = turns.get(model) ?? 0;
    turns.set(model, turn + 1);
    answered += 1;
    const asked = { id: `chatcmpl-demo-${answered}`, model, stream: body['stream'] === true };
    await play(answerOf(model, turn), asked, response, platform.clock);
  };

  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url}`;
    if (route === 'POST /v1/chat/completions') {
      // The only way to fail is a caller that leaves in the middle of its request: nobody is left to answer.
      chat(request, response).catch(() => response.destroy());
    } else if (route === 'GET /v1/models') {
      const data = DEMO_MODELS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'first-hop' }));
      sendJson(response, 200, { object: 'list', data });
    } else {
      const message = `The demo upstream has no ${route}; it answers POST /v1/chat/completions and GET /v1/models.`;
      sendJson(response, 404, { error: { message, type: 'invalid_request_error', code: null } });
    }
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- strings are for pipes, null for closed servers
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
