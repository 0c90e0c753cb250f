// POST /completions, the older form with a prompt: the same treatment as chat.
import { expect, test } from 'vitest';
import { cut, failure, json, sse } from '../support/answers.ts';
import { errorAtEndOf, errorIn, expectWholeStream } from '../support/expectations.ts';
import { startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { doneFrame, frame } from '../support/openai.ts';
import type { Reply } from '../support/client.ts';

const BODY = ' {"prompt" : "Once upon", "seed":12345678901234567890,"model":"test-model","stream":false}';
const STREAM_BODY = BODY.replace('false', 'true');
const REPLY =
  '{"id":"cmpl-1","object":"text_completion", "choices":[{"text":" a time","index":0,"finish_reason":"stop"}]}';
const EMPTY_REPLY = REPLY.replace(' a time', '');

function textFrame(text: string, finishReason: string | null = null): string {
  return frame({
    id: 'cmpl-1',
    object: 'text_completion',
    choices: [{ text, index: 0, finish_reason: finishReason }],
  });
}

function complete(hop: Hop, body: string, path = '/v1/completions'): Promise<Reply> {
  return hop.client.post(path, body);
}

test.each(['/completions', '/v1/completions', '//completions', '/v1//completions/'])(
  '%s: byte for byte both ways',
  async (path) => {
    const hop = await startHop({ answers: [json(REPLY)] });
    const reply = await complete(hop, BODY, path);
    expect([reply.status, reply.text]).toEqual([200, REPLY]);
    const request = await hop.upstream.request(1);
    expect([request.path, request.body.toString()]).toEqual(['/v1/completions', BODY]);
  },
);

test('429 and an empty reply are retried', async () => {
  const hop = await startHop({ answers: [failure(429, 'Slow down'), json(EMPTY_REPLY), json(REPLY)] });
  expect((await complete(hop, BODY)).text).toBe(REPLY);
  expect(hop.clock.slept).toEqual([1_000, 2_000]);
});

test('a stream keeps its bytes', async () => {
  const frames = [textFrame(' a'), textFrame(' time'), textFrame('', 'stop'), doneFrame];
  const hop = await startHop({ answers: [sse([textFrame(''), cut]), sse(frames)] });
  const reply = await complete(hop, STREAM_BODY);
  expectWholeStream(reply);
  expect(reply.text).toBe(frames.join(''));
});

test('a stream that is cut after text ends in words', async () => {
  const hop = await startHop({ answers: [sse([textFrame(' a'), cut])] });
  const reply = await complete(hop, STREAM_BODY);
  errorAtEndOf(reply);
  expect(reply.text.startsWith(textFrame(' a'))).toBe(true);
});

test('a JSON answer to a stream request becomes a stream of text', async () => {
  const hop = await startHop({ answers: [json(REPLY)] });
  const reply = await complete(hop, STREAM_BODY);
  expectWholeStream(reply);
  expect(reply.events.join('')).toContain('"text":" a time"');
});

test('what is not JSON is told, what has no messages is fine', async () => {
  const hop = await startHop({ answers: [json(REPLY)] });
  const reply = await complete(hop, '{"prompt":');
  expect([reply.status, errorIn(reply).type, hop.upstream.requests.length]).toEqual([
    400,
    'invalid_request_error',
    0,
  ]);
});
