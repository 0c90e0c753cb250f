import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { compileRules } from '../verdict/rules.ts';
import { retryPolicy } from '../retry/policy.ts';
import { configSchema } from '../config/schema.ts';
import type { ExchangeEvent } from '../exchange/events.ts';
import type { Outcome } from '../upstream/outcome.ts';
import type { Engines, Lease } from './engines.ts';
import type { HandlerParts } from './handlers.ts';
import { listen } from './listen.ts';

const config = configSchema.parse({ server: { port: 0 } });

/** A server whose parts do as they are told, and what it has logged. */
async function serve(changes: Partial<Engines>, send?: () => Promise<Outcome>) {
  const clock = new FakeClock();
  const logged: string[] = [];
  const events: ExchangeEvent[] = [];
  const parts: HandlerParts = {
    profile: undefined,
    upstream: {
      address: { origin: 'http://127.0.0.1:1', pathTo: () => '/' },
      send: send ?? (() => Promise.reject(new Error('not asked'))),
      headersFor: () => [],
      secrets: [],
      close: () => Promise.resolve(),
    },
    exchange: {
      send: send ?? (() => Promise.reject(new Error('not asked'))),
      rules: compileRules(config.error_handling, config.response_parsing),
      policy: retryPolicy(config.error_handling),
      clock,
      observe: (start) => {
        events.push(start);
        return (step) => events.push(step);
      },
      keepAliveAfterMs: 0,
      rescue: config.streaming.rescue,
      rescueMemory: { refusesPrefill: new Set() },
    },
    models: { recall: () => Promise.resolve(undefined), remember: () => Promise.resolve() },
    maxRequestMb: 1,
    secrets: [],
    rewriting: {
      requests: undefined,
      replies: undefined,
      counts: { requests: 0, replies: 0 },
      slow: () => [],
      close: () => Promise.resolve(),
    },
  };
  let lent = 0;
  const lend = (): Lease => {
    lent += 1;
    return { parts, release: () => (lent -= 1) };
  };
  const engines: Engines = {
    lend,
    lendProfile: () => Promise.resolve(lend()),
    corsOrigins: () => [],
    page: () => Promise.resolve(),
    health: () => ({ status: 'healthy' }),
    metrics: () => '',
    fault: () => undefined,
    ...changes,
  };
  const log = { info: () => undefined, warn: () => undefined, error: (line: string) => logged.push(line) };
  const server = await listen(config.server, engines, clock, log);
  return { server, clock, logged, events, lend, lent: () => lent };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** One request on a connection of its own; rejects when the connection breaks. */
function ask(
  port: number,
  path: string,
  options: { method?: string; headers?: object; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const call = request({ port, path, method, headers: { ...headers }, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

const chat = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"messages":[],"stream":true}',
};

describe('a mistake of ours', () => {
  it('is told to the client without its insides, logged with them, and touches no other request', async () => {
    let isBroken = true;
    const { server, logged } = await serve({
      health: () => {
        if (isBroken) throw new Error('inside');
        return { status: 'healthy' };
      },
    });
    onTestFinished(() => server.close());
    const broken = await ask(server.port, '/health');
    expect([broken.status, broken.body]).toEqual([500, expect.stringContaining('"code":"internal_error"')]);
    expect(broken.body).not.toContain('inside');
    expect(logged).toEqual([expect.stringContaining('inside')]);
    isBroken = false;
    await expect(ask(server.port, '/health')).resolves.toMatchObject({ status: 200 });
  });

  it('breaks a reply off that had begun: it must not look whole', async () => {
    const relay = async (): Promise<Outcome> => {
      // oxlint-disable-next-line typescript/only-throw-error -- what is thrown may be anything
      throw 'a bare text';
    };
    const { server, logged, events } = await serve({}, () =>
      Promise.resolve({
        kind: 'opened',
        status: 200,
        headers: ['content-type', 'text/event-stream'],
        opening: [{ raw: Buffer.from('data: {}\n\n'), data: '{}' }],
        rest: { relay, giveUp: () => undefined },
      }),
    );
    onTestFinished(() => server.close());
    await expect(ask(server.port, '/v1/chat/completions', chat)).rejects.toThrow();
    expect(logged).toEqual([expect.stringContaining('a bare text')]);
    // Whoever counts running exchanges hears that this one is over.
    expect(events.at(-1)).toMatchObject({
      kind: 'exchange-end',
      end: { kind: 'failed', status: 500, code: 'internal_error' },
    });
  });
});

describe('what a request runs with', () => {
  it('is given back when the request is over, also by a mistake of ours', async () => {
    const { server, logged, lent } = await serve({});
    onTestFinished(() => server.close());
    for (const path of ['/v1/models', '/night/models', '/v1/chat/completions']) {
      await ask(server.port, path, path.endsWith('models') ? {} : chat);
    }
    expect(logged).toHaveLength(3);
    expect(lent()).toBe(0);
  });

  it('is given back at once when the client has left while it was fetched', async () => {
    let give: (lease: Lease) => void = () => undefined;
    let hasBegun: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      hasBegun = resolve;
    });
    const { server, logged, lend, lent } = await serve({
      lendProfile: () => {
        hasBegun();
        return new Promise((resolve) => {
          give = resolve;
        });
      },
    });
    onTestFinished(() => server.close());
    const call = request({ ...chat, port: server.port, path: '/night/chat/completions', agent: false });
    const left = new Promise((resolve) => call.on('error', resolve));
    call.end(chat.body);
    await begun;
    call.destroy();
    await left;
    // The other side has heard of it by the time a later connection is answered.
    await ask(server.port, '/health');
    give(lend());
    await ask(server.port, '/health');
    expect([lent(), logged]).toEqual([0, []]);
  });
});

it('the wrong method is told the right one', async () => {
  const { server } = await serve({});
  onTestFinished(() => server.close());
  const answer = await ask(server.port, '/v1/chat/completions');
  expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  expect(JSON.parse(answer.body)).toEqual({
    error: {
      message: '/v1/chat/completions takes POST, not GET.',
      type: 'invalid_request_error',
      code: 'method_not_allowed',
    },
  });
});

it('a request that is passed through has a limit too', async () => {
  const { server } = await serve({});
  onTestFinished(() => server.close());
  const answer = await ask(server.port, '/v1/embeddings', { method: 'POST', body: 'x'.repeat(1_100_000) });
  expect([answer.status, answer.body]).toEqual([413, expect.stringContaining('max_request_mb')]);
});

it('a page that asks first is told what it may do, private networks included', async () => {
  const { server } = await serve({});
  onTestFinished(() => server.close());
  const headers = { origin: 'http://localhost:8000', 'access-control-request-private-network': 'true' };
  const answer = await ask(server.port, '/v1/chat/completions', { method: 'OPTIONS', headers });
  expect(answer).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': 'http://localhost:8000',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': '*',
      'access-control-allow-private-network': 'true',
    },
  });
});

it('the end does not wait for a client that never takes its last word', async () => {
  const { server, clock } = await serve({}, () => new Promise(() => undefined));
  const hanging = ask(server.port, '/v1/chat/completions', chat);
  const broken = expect(hanging).rejects.toThrow();
  // The request is under way once another, begun later, has been answered.
  await ask(server.port, '/health');
  const closed = server.close();
  await clock.advance(30_000);
  await clock.advance(2_000);
  await broken;
  await closed;
});

it('an address that can not be listened on is Node’s error', async () => {
  const { server } = await serve({});
  onTestFinished(() => server.close());
  const parts = { ...config.server, port: server.port };
  await expect(listen(parts, {} as Engines, new FakeClock(), console)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
