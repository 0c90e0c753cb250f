// The page and its API over HTTP: lets requests in, finds what answers, and writes the answer. CORS headers are never sent.
import type { StopSignal } from '../std/abort.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tellAll } from '../exchange/events.ts';
import type { Observe } from '../exchange/events.ts';
import { renderError } from '../reply/error-reply.ts';
import { openGate } from './access.ts';
import type { Gate } from './access.ts';
import { findRoute, ok, refusal, textOf } from './api.ts';
import type { ApiRoute, WholeAnswer } from './api.ts';
import { configurationRoutes } from './configuration.ts';
import { connectionRoutes } from './connection.ts';
import { exchangeRoutes } from './exchanges.ts';
import { startFeeds } from './feed.ts';
import type { Feeds } from './feed.ts';
import { countHits } from './hits.ts';
import type { HitCount } from './hits.ts';
import { judgeRoutes } from './judge.ts';
import { trackLive } from './live.ts';
import type { DashboardParts } from './parts.ts';
import { previewRoutes } from './preview.ts';
import { readJson } from './read-json.ts';
import { recordedRoutes } from './recorded.ts';
import { rulesRoutes } from './rules.ts';
import { pageFiles } from './static.ts';
import { suggestionRoutes } from './suggestions.ts';
import { countToday } from './today.ts';
import { workbenchRoutes } from './workbench.ts';

/** One request to the page or its API. */
export interface DashboardCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the page leaves. */
  readonly signal: StopSignal;
  /** The path as it came, e.g. `/api/now`; `/` is the page. */
  readonly path: string;
  /** Begins with its `?`, or is empty. */
  readonly query: string;
}

export interface Dashboard {
  /** To be told of every exchange, also while nobody looks. */
  readonly observe: Observe;
  readonly handle: (call: DashboardCall) => Promise<void>;
  /** Ends the live feeds, which would otherwise go on for ever. */
  readonly close: () => void;
}

/** On every answer. The page loads nothing from anywhere else, runs nothing that stands in a text, and is in no frame. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
};

/** Nothing is read or computed before somebody asks; exchanges are noted in a few words each. */
export function openDashboard(parts: DashboardParts): Dashboard {
  const gate = openGate(parts.access);
  const live = trackLive(parts.clock);
  const hits = countHits(parts.clock);
  const today = countToday(parts.store, parts.clock);
  const feeds = startFeeds(parts, live, today);
  const servePage = pageFiles(parts.pageFolder);
  const routes = routesOf(parts, gate, hits, feeds);

  const answerApi = async (call: DashboardCall, path: string): Promise<void> => {
    const { request, response, signal } = call;
    const method = String(request.method);
    const route = findRoute(routes, method, path);
    if (route.kind === 'none') {
      if (route.allowed.length === 0)
        return write(response, refusal(404, `There is nothing at /api/${path}.`));
      response.setHeader('allow', route.allowed.join(', '));
      return write(response, refusal(405, `/api/${path} takes ${route.allowed.join(' or ')}.`));
    }
    const refused = gate.api(request, path === 'login');
    if (refused !== undefined) return write(response, refusal(refused.status, refused.message));
    const body = method === 'GET' ? {} : await readJson(request);
    if (body === undefined)
      return write(response, refusal(400, 'The request is not a JSON object, or too large.'));
    const query = new URLSearchParams(call.query);
    const answer = await route.handler({ params: route.params, query, body, signal });
    return answer.kind === 'feed' ? feeds.open(response, signal) : write(response, answer);
  };

  return {
    observe: tellAll([live.observe, hits.observe, today.observe]),
    async handle(call) {
      const { request, response, path } = call;
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
      if (path.startsWith('/api/')) return answerApi(call, path.slice('/api/'.length));
      const refused = gate.page(request);
      if (refused !== undefined) return write(response, refusal(refused.status, refused.message));
      if (await servePage(path, request, response)) return undefined;
      return write(response, refusal(404, `There is nothing at ${path}.`));
    },
    close: () => feeds.close(),
  };
}

function routesOf(parts: DashboardParts, gate: Gate, hits: HitCount, feeds: Feeds): readonly ApiRoute[] {
  return [
    ['GET', 'about', () => ok({ ...parts.about(), hasLogin: parts.access.adminToken !== undefined })],
    ['GET', 'now', async () => ok(await feeds.snapshot())],
    ['GET', 'events', () => ({ kind: 'feed' })],
    [
      'POST',
      'login',
      ({ body }) => {
        const cookie = gate.login(textOf(body, 'token') ?? '');
        if (cookie === undefined) return refusal(401, 'This is not the token of server.admin_token.');
        return { kind: 'json', body: {}, cookie };
      },
    ],
    ...exchangeRoutes(parts),
    ...judgeRoutes(parts),
    ...rulesRoutes(parts, hits),
    ...workbenchRoutes(parts),
    ...recordedRoutes(parts),
    ...previewRoutes(parts),
    ...suggestionRoutes(parts),
    ...configurationRoutes(parts),
    ...connectionRoutes(parts),
  ];
}

function write(response: ServerResponse, answer: WholeAnswer): void {
  response.setHeader('cache-control', 'no-store');
  if (answer.kind === 'refused') {
    const { status, reasonPhrase, headers, body } = renderError(answer.error);
    for (let index = 0; index < headers.length; index += 2)
      response.setHeader(String(headers[index]), String(headers[index + 1]));
    response.writeHead(status, reasonPhrase).end(body);
    return;
  }
  const isJson = answer.kind === 'json';
  if (isJson && answer.cookie !== undefined) response.setHeader('set-cookie', answer.cookie);
  const body = Buffer.from(isJson ? JSON.stringify(answer.body) : answer.body);
  const type = isJson ? 'application/json' : 'text/plain; charset=utf-8';
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
}
