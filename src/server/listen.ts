// The HTTP server: guards who may ask, finds the handler, and ends in good order.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assertNever } from '../std/assert-never.ts';
import type { Clock } from '../std/clock.ts';
import { METRICS_TYPE } from '../journal/metrics-text.ts';
import type { Log } from '../std/log.ts';
import type { ErrorReply } from '../reply/error-reply.ts';
import { answerError, answerJson } from './answer.ts';
import { trackConnections } from './connections.ts';
import type { Engines, Lease } from './engines.ts';
import { handleCompletion, handleModels, handlePassThrough } from './handlers.ts';
import type { Call, HandlerParts } from './handlers.ts';
import { answerNonsense } from './nonsense.ts';
import { isLoopbackHost, isLoopbackName, isOriginAllowed } from './origin.ts';
import type { ListenAddress } from './readiness.ts';
import { routeOf } from './routes.ts';
import type { ForwardedRoute } from './routes.ts';

/** Longer than clients keep idle connections, so that they close first: the other way round a request can be lost. */
const KEEP_ALIVE_MS = 75_000;

/** For one request to come in: 64 MB over a slow telephone line take their time. */
const UPLOAD_MS = 30 * 60_000;

/** A server that accepts requests. */
export interface RunningServer {
  readonly port: number;
  /** Takes no new requests and resolves when the running ones have finished, after 30 s at the latest. */
  close(): Promise<void>;
}

/** Resolves when it listens; rejects with Node's error (EADDRINUSE, EACCES, ENOTFOUND …) when it can not. */
export function listen(
  address: ListenAddress,
  engines: Engines,
  clock: Clock,
  log: Log,
): Promise<RunningServer> {
  const server = createServer();
  const connections = trackConnections(server);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = UPLOAD_MS;
  server.on('clientError', answerNonsense);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const stop = connections.begin(request.socket, response);
    serve({ request, response, signal: stop }, address, engines).catch((error: unknown) => {
      // Whatever the request had begun upstream must not go on unwatched.
      stop.abort('client');
      engines.fault(error);
      fail(response, error, log);
    });
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error) => {
      /* v8 ignore else -- @preserve: only the operating system brings this about, when it has no more connections to give */
      if (!server.listening) reject(error);
      else log.error(`First Hop could not take a connection: ${error.message}`);
    });
    server.listen(address.port, address.host, () => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server that listens has such an address
      const { port } = server.address() as AddressInfo;
      resolve({ port, close: () => connections.close(clock) });
    });
  });
}

async function serve(call: Call, { host }: ListenAddress, engines: Engines): Promise<void> {
  const { request, response } = call;
  const route = routeOf(String(request.method), String(request.url));
  const isPage = route.kind === 'page';
  // What the page may be asked is not for other pages to read, wherever they come from: no CORS header is sent.
  const refusal = foreignHost(request, host) ?? (isPage ? undefined : admit(request, response, engines));
  if (refusal !== undefined) {
    answerError(response, refusal);
    return;
  }
  if (request.method === 'OPTIONS' && !isPage) {
    preflight(request, response);
    return;
  }
  switch (route.kind) {
    case 'page':
      return engines.page({ ...call, path: route.path, query: route.query });
    case 'chat':
    case 'text':
    case 'models':
    case 'pass-through':
      // Not returned: a promise that is returned by another is waited for three times.
      await forward(route, call, engines);
      return undefined;
    case 'health':
    case 'health-detailed': {
      const health = engines.health(route.kind === 'health-detailed');
      answerJson(response, Buffer.from(JSON.stringify(health)));
      return undefined;
    }
    case 'metrics':
      response.writeHead(200, ['content-type', METRICS_TYPE, 'cache-control', 'no-store']);
      response.end(engines.metrics());
      return undefined;
    case 'wrong-method': {
      const message = `${route.path} takes ${route.allowed}, not ${request.method}.`;
      const error = {
        status: 405,
        type: 'invalid_request_error',
        code: 'method_not_allowed',
        message,
      } as const;
      answerError(response, error, ['allow', route.allowed]);
      return undefined;
    }
    case 'bad-profile':
      answerError(response, badProfile(route.name));
      return undefined;
    case 'unknown':
      answerError(response, notFound(route.path));
      return undefined;
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(route);
  }
}

/** Runs a request with the configuration that is in use when it comes, to its end. */
async function forward(route: ForwardedRoute, call: Call, engines: Engines): Promise<void> {
  const lent: Lease | ErrorReply =
    route.profile === undefined ? engines.lend() : await engines.lendProfile(route.profile);
  if (!('parts' in lent)) {
    answerError(call.response, lent);
    return;
  }
  try {
    // A client that left while its profile was read is not waited for: its request would never end.
    if (!call.signal.aborted) await handle(route, call, lent.parts);
  } finally {
    lent.release();
  }
}

function handle(route: ForwardedRoute, call: Call, parts: HandlerParts): Promise<void> {
  switch (route.kind) {
    case 'chat':
    case 'text':
      return handleCompletion(route.kind, route.query, call, parts);
    case 'models':
      return handleModels(route.query, call, parts);
    case 'pass-through':
      return handlePassThrough(route.endpoint, route.query, call, parts);
    /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
    default:
      return assertNever(route);
  }
}

/** Against DNS rebinding: whoever can only be reached from this computer answers to no foreign name. */
function foreignHost({ headers, socket }: IncomingMessage, ownHost: string): ErrorReply | undefined {
  const { host } = headers;
  if (host === undefined || !isLoopbackName(ownHost) || isLoopbackHost(host)) return undefined;
  return refused(
    `First Hop is only for this computer and does not answer as "${host}". Use http://127.0.0.1:${socket.localPort}.`,
  );
}

/** Lets a web page in, or says why not. Pages that may read the answer are told so by headers. */
function admit(
  { headers }: IncomingMessage,
  response: ServerResponse,
  engines: Engines,
): ErrorReply | undefined {
  const { host, origin } = headers;
  if (origin === undefined) return undefined;
  if (!isOriginAllowed(origin, host, engines.corsOrigins())) {
    return refused(
      `Pages of ${origin} may not use First Hop. Add it to server.cors_origins in the configuration if you trust it.`,
    );
  }
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  return undefined;
}

/** Answers what a browser asks before a request of a page (https://fetch.spec.whatwg.org/#cors-preflight-fetch). */
function preflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-max-age', '600');
  if (headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.writeHead(204).end();
}

function refused(message: string): ErrorReply {
  return { status: 403, type: 'permission_error', code: 'not_allowed_here', message };
}

function notFound(path: string): ErrorReply {
  const message = `First Hop has nothing at ${path}. In SillyTavern, the address ends in /v1.`;
  return { status: 404, type: 'not_found_error', code: 'unknown_path', message };
}

function badProfile(name: string): ErrorReply {
  const message = `"${name}" can not be the name of a profile: those are 1 to 64 letters, digits, "-" or "_".`;
  return { status: 404, type: 'not_found_error', code: 'unknown_profile', message };
}

/** A mistake of ours: the client is told, the others are not touched. */
function fail(response: ServerResponse, error: unknown, log: Log): void {
  log.error(
    `First Hop made a mistake and gave up on one request: ${error instanceof Error ? error.stack : String(error)}`,
  );
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message =
    'First Hop made a mistake while handling this request. Send again; if it happens again, please report it.';
  answerError(response, { status: 500, type: 'unavailable_error', code: 'internal_error', message });
}
