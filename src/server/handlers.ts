// What each endpoint does with a request: translate, hand over, answer. No policy.
import type { StopSignal } from '../std/abort.ts';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSecretName, secretIn } from '../std/redact.ts';
import { readChatRequest, readTextRequest } from '../dialect/openai-request.ts';
import type { RequestReading } from '../dialect/openai-request.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import type { Rewriting } from '../rewrite/rewriting.ts';
import { Delivery } from '../exchange/delivery.ts';
import { listModels } from '../exchange/model-list.ts';
import type { ModelMemory } from '../exchange/model-list.ts';
import { relayRaw } from '../exchange/pass-through.ts';
import { runExchange } from '../exchange/run.ts';
import type { Exchange, ExchangeParts } from '../exchange/run.ts';
import type { Upstream } from '../upstream/connect.ts';
import { answerError, answerJson, badRequest } from './answer.ts';
import { problemWithType, takeBody } from './intake.ts';

const BYTES_PER_MB = 1024 * 1024;

/** What the handlers work with. */
export interface HandlerParts {
  /** The profile asked for by the path; undefined for the main configuration. */
  readonly profile: string | undefined;
  readonly upstream: Upstream;
  readonly exchange: ExchangeParts;
  /** The user's text rules. */
  readonly rewriting: Rewriting;
  readonly models: ModelMemory;
  readonly maxRequestMb: number;
  /** The secrets of the configuration: to be kept out of every text, like those a client brings. */
  readonly secrets: readonly string[];
}

/** One request on its way. `signal` aborts when the client leaves. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly signal: StopSignal;
}

/** `POST /chat/completions` and `POST /completions`. */
export async function handleCompletion(
  kind: 'chat' | 'text',
  query: string,
  call: Call,
  parts: HandlerParts,
): Promise<void> {
  const { request, response, signal } = call;
  const typeProblem = problemWithType(request.headers);
  if (typeProblem !== undefined) return answerError(response, badRequest(415, typeProblem));
  const body = await bodyOf(request, response, parts);
  if (body === undefined) return undefined;
  // Awaited only where there is something to wait for; and what was read is not held as long as the exchange runs.
  const made = exchangeFor(kind, query, body, call, parts);
  const exchange = made instanceof Promise ? await made : made;
  if (exchange === undefined) return undefined;
  const delivery = new Delivery(response, exchange.asked.isStream, parts.rewriting.replies);
  // Not returned: a promise that is returned by another is waited for three times.
  await runExchange(exchange, delivery, parts.exchange, signal);
}

/** What is asked for, once the user's rules have worked on it; undefined when the client is told why not. */
function exchangeFor(
  kind: 'chat' | 'text',
  query: string,
  received: Buffer,
  { request, response }: Call,
  parts: HandlerParts,
): Exchange | Promise<Exchange> | undefined {
  const reading = kind === 'chat' ? readChatRequest(received) : readTextRequest(received);
  if (reading.kind === 'invalid') {
    answerError(response, badRequest(400, reading.message));
    return undefined;
  }
  const { requests } = parts.rewriting;
  const changedBy: ActiveRule[] = [];
  const exchangeWith = (sent: Buffer): Exchange =>
    exchangeOf({ kind, query, reading, received, sent, changedBy }, request, parts);
  if (requests === undefined) return exchangeWith(received);
  const text = reading.latin1 ?? received.toString('latin1');
  const sent = requests.rewrite(received, text, (rule) => changedBy.push(rule));
  return sent instanceof Promise ? sent.then(exchangeWith) : exchangeWith(sent);
}

interface AskedOf {
  readonly kind: 'chat' | 'text';
  readonly query: string;
  readonly reading: Extract<RequestReading, { readonly kind: 'valid' }>;
  readonly received: Buffer;
  readonly sent: Buffer;
  readonly changedBy: readonly ActiveRule[];
}

/** What is asked for, as it is to be sent. */
function exchangeOf(
  { kind, query, reading, received, sent, changedBy }: AskedOf,
  request: IncomingMessage,
  parts: HandlerParts,
): Exchange {
  const { upstream } = parts;
  const endpoint = kind === 'chat' ? 'chat/completions' : 'completions';
  return {
    request: {
      method: 'POST',
      path: upstream.address.pathTo(endpoint, query),
      headers: upstream.headersFor(request.rawHeaders),
      body: sent,
      reading: reading.stream ? 'stream' : 'whole',
    },
    asked: {
      kind: 'exchange-start',
      exchangeId: randomUUID(),
      endpoint: kind,
      profile: parts.profile,
      model: reading.model,
      isStream: reading.stream,
      headers: request.rawHeaders,
      received,
      // A stream may take minutes: what others can make again is not held as long.
      latin1: reading.stream ? undefined : reading.latin1,
      sent,
      ...(changedBy.length > 0 && { changedBy }),
      secrets: () => secretsOf(request, query, parts),
    },
  };
}

/** `GET /models`. */
export async function handleModels(query: string, call: Call, parts: HandlerParts): Promise<void> {
  const { upstream, models, exchange } = parts;
  const request = {
    method: 'GET',
    path: upstream.address.pathTo('models', query),
    headers: upstream.headersFor(call.request.rawHeaders),
    body: undefined,
    reading: 'whole',
  } as const;
  const list = await listModels(request, upstream.send, models, exchange.clock, call.signal);
  if (list !== undefined) answerJson(call.response, list.body);
}

/** Anything else under /v1: once, and as it is. */
export async function handlePassThrough(
  endpoint: string,
  query: string,
  { request, response, signal }: Call,
  parts: HandlerParts,
): Promise<void> {
  const body = await bodyOf(request, response, parts);
  if (body === undefined) return;
  const { upstream, exchange } = parts;
  const attempt = {
    method: String(request.method),
    path: upstream.address.pathTo(endpoint, query),
    headers: upstream.headersFor(request.rawHeaders),
    body: body.length === 0 ? undefined : body,
    reading: 'raw',
  } as const;
  await relayRaw(attempt, response, () => secretsOf(request, query, parts), exchange, signal);
}

/** The whole body, or undefined when the client has been told why not, or has left. */
async function bodyOf(
  request: IncomingMessage,
  response: ServerResponse,
  { maxRequestMb }: HandlerParts,
): Promise<Buffer | undefined> {
  const intake = await takeBody(request, maxRequestMb * BYTES_PER_MB);
  if (intake.kind === 'whole') return intake.body;
  if (intake.kind === 'too-large') {
    const message = `The request is larger than ${maxRequestMb} MB. Send less, or raise server.max_request_mb in the configuration.`;
    answerError(response, badRequest(413, message));
  }
  return undefined;
}

/** Values of headers and parameters that are named like secrets; `Bearer x` and `Basic x` count as `x`. */
function secretsOf(
  { rawHeaders }: IncomingMessage,
  query: string,
  { secrets }: HandlerParts,
): readonly string[] {
  const theirs: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2)
    if (isSecretName(String(rawHeaders[index]))) theirs.push(secretIn(String(rawHeaders[index + 1])));
  if (query === '') return [...secrets, ...theirs];
  // As it is meant, and as it was written.
  const parameters = query
    .split('&')
    .flatMap((parameter) =>
      [...new URLSearchParams(parameter)].flatMap(([name, value]) =>
        isSecretName(name) ? [value, parameter.slice(parameter.indexOf('=') + 1)] : [],
      ),
    );
  return [...secrets, ...theirs, ...parameters];
}
