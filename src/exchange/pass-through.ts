// Requests that are none of First Hop's business (embeddings, images …): sent once, answered as they are.
import type { StopSignal } from '../std/abort.ts';
import type { ServerResponse } from 'node:http';
import { renderError } from '../reply/error-reply.ts';
import { failureReply } from '../reply/words.ts';
import { classify } from '../verdict/classify.ts';
import { newTrace } from '../upstream/upstream.ts';
import type { AttemptRequest } from '../upstream/upstream.ts';
import { sinkOf, writeHead } from './response-sink.ts';
import type { ExchangeParts } from './run.ts';

/**
 * Passes the upstream's answer on whatever it says. Only where there is none (no connection, a timeout) the client
 * gets words of ours; an answer that breaks off is broken off for the client too.
 */
export async function relayRaw(
  request: AttemptRequest,
  response: ServerResponse,
  secrets: () => readonly string[],
  { send, rules, clock }: ExchangeParts,
  signal: StopSignal,
): Promise<void> {
  const startedAtMs = clock.nowMs();
  const outcome = await send(request, signal, newTrace());
  if (outcome.kind === 'opened') {
    writeHead(response, outcome.status, outcome.headers);
    const sink = sinkOf(response);
    const end = await outcome.rest.relay(sink);
    sink.flush();
    if (end.kind === 'ended' && end.how === 'done') response.end();
    else response.destroy();
    return;
  }
  const verdict = classify(outcome, rules, clock.wallMs());
  if (verdict.kind !== 'retryable' && verdict.kind !== 'final') {
    response.destroy();
    return;
  }
  const elapsedMs = clock.nowMs() - startedAtMs;
  const error = renderError(
    failureReply(verdict, { because: 'final', attempts: 1, elapsedMs, secrets: secrets() }),
  );
  response.writeHead(error.status, error.reasonPhrase, [...error.headers]);
  response.end(error.body);
}
