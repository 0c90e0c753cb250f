// Puts one answer of the demo upstream on the wire, as an OpenAI-compatible server would. What is answered
// to whom is models.ts.
import { Stop } from '../std/abort.ts';
import type { StopSignal } from '../std/abort.ts';
import type { ServerResponse } from 'node:http';
import { DONE_FRAME, dataFrame } from '../sse/write.ts';
import type { Clock } from '../std/clock.ts';
import type { JsonObject } from '../std/json.ts';
import type { Answer } from './models.ts';

/** What was asked for, as far as an answer repeats it. */
export interface Asked {
  readonly id: string;
  readonly model: string;
  readonly stream: boolean;
}

type Words = Extract<Answer, { kind: 'words' }>;

const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_TYPE = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

/** Answers one request. Resolves when the answer is out or the caller has gone; never rejects. */
export async function play(
  answer: Answer,
  asked: Asked,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  switch (answer.kind) {
    case 'status':
      response.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    case 'error-in-reply':
      if (asked.stream) {
        response.writeHead(200, STREAM_TYPE).write(dataFrame({ error: answer.error }));
        response.end(DONE_FRAME);
      } else {
        response.writeHead(200, JSON_TYPE).end(JSON.stringify({ error: answer.error }));
      }
      return;
    case 'words':
      await (asked.stream ? streamWords : sayWords)(answer, asked, response, clock);
  }
}

async function sayWords(answer: Words, asked: Asked, response: ServerResponse, clock: Clock): Promise<void> {
  const left = leaving(response);
  if ((await clock.sleep(answer.pace.firstWordMs, left)) === 'aborted') return;
  const message = { role: 'assistant', content: answer.text };
  const choice = { index: 0, message, finish_reason: 'stop' };
  const body = Buffer.from(JSON.stringify(envelope('chat.completion', asked, clock, choice)));
  response.writeHead(200, { ...JSON_TYPE, 'content-length': body.length });
  if (answer.cutAfter === undefined) response.end(body);
  else response.write(body.subarray(0, body.length / 2), () => response.destroy());
}

async function streamWords(
  answer: Words,
  asked: Asked,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  const left = leaving(response);
  const send = (delta: JsonObject, finishReason: string | null = null): void => {
    const choice = { index: 0, delta, finish_reason: finishReason };
    response.write(dataFrame(envelope('chat.completion.chunk', asked, clock, choice)));
  };
  response.writeHead(200, STREAM_TYPE);
  send({ role: 'assistant', content: '' });
  // Each word keeps the space behind it, as tokens do.
  for (const [position, word] of answer.text.split(/(?<= )/).entries()) {
    const waitMs = position === 0 ? answer.pace.firstWordMs : answer.pace.wordMs;
    if ((await clock.sleep(waitMs, left)) === 'aborted') return;
    if (position === answer.cutAfter) {
      response.destroy();
      return;
    }
    send({ content: word });
  }
  send({}, 'stop');
  response.end(DONE_FRAME);
}

function envelope(object: string, asked: Asked, clock: Clock, choice: JsonObject): JsonObject {
  const created = Math.floor(clock.wallMs() / 1000);
  return { id: asked.id, object, created, model: asked.model, choices: [choice] };
}

/** Aborts when the connection of the response closes, so that no wait outlives its listener. */
function leaving(response: ServerResponse): StopSignal {
  const stop = new Stop();
  response.once('close', () => stop.abort('client'));
  return stop;
}
