// Many exchanges at once: what breaks in one is not felt in any other.
import { expect, test } from 'vitest';
import {
  closesBeforeHeaders,
  cut,
  failure,
  gate,
  halfABody,
  json,
  neverAnswers,
  notHttp,
  sse,
  stall,
} from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorAtEndOf, errorIn, expectWholeStream, textOf } from '../support/expectations.ts';
import { ask, askForStream, chatBody, startHop } from '../support/harness.ts';
import { chunk, completion, doneFrame, finishChunk } from '../support/openai.ts';
import type { ReceivedRequest } from '../support/scripted-upstream.ts';

function modelOf(request: ReceivedRequest): string {
  const body: unknown = JSON.parse(request.body.toString());
  return typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : '';
}

test('a running stream is untouched by all that breaks beside it', async () => {
  const end = gate();
  const answers: Readonly<Record<string, Answer>> = {
    calm: sse([chunk('Once'), end.opened, chunk(' upon'), finishChunk(), doneFrame]),
    closing: closesBeforeHeaders,
    half: halfABody,
    odd: notHttp,
    failing: failure(500, 'Oops'),
    cut: sse([chunk('Once'), cut]),
  };
  const hop = await startHop({
    answers: (request) => answers[modelOf(request)] ?? neverAnswers,
    config: { error_handling: { max_retries: 1 } },
  });
  const calm = hop.chat({ stream: true, model: 'calm' });
  await calm.until('Once');
  for (const model of ['closing', 'half', 'odd', 'failing']) errorIn(await ask(hop, { model }));
  errorAtEndOf(await askForStream(hop, { model: 'cut' }));
  await hop.client.raw('nonsense\r\n\r\n');
  const gone = hop.chat({ model: 'silent' });
  await hop.upstream.request(hop.upstream.requests.length + 1);
  gone.abort();
  end.open();
  const reply = await calm.done;
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Once upon');
});

test('fifty streams at once each get their own words', async () => {
  const together = gate();
  const hop = await startHop({
    answers: (request) =>
      sse([
        chunk(`I am ${modelOf(request)}`),
        together.opened,
        chunk(' and nobody else'),
        finishChunk(),
        doneFrame,
      ]),
  });
  const calls = Array.from({ length: 50 }, (_item, index) =>
    hop.chat({ stream: true, model: `number ${index}` }),
  );
  await Promise.all(calls.map((call) => call.until('I am')));
  together.open();
  const texts = (await Promise.all(calls.map((call) => call.done))).map(textOf);
  expect(texts).toEqual(calls.map((_call, index) => `I am number ${index} and nobody else`));
});

test('identical requests at the same time are two requests', async () => {
  const both = gate();
  const texts = ['one', 'two'];
  const hop = await startHop({
    answers: texts.map((text) => json(completion(text), { after: both.opened })),
  });
  const asked = [ask(hop), ask(hop)];
  await hop.upstream.request(2);
  both.open();
  const replies = (await Promise.all(asked)).map((reply) => reply.text).sort();
  expect(replies).toEqual(texts.map((text) => completion(text)));
  expect(hop.upstream.requests.map((request) => request.body.toString())).toEqual([chatBody(), chatBody()]);
});

test('an exchange that waits for minutes keeps nobody waiting', async () => {
  const hop = await startHop({
    answers: (request) => (modelOf(request) === 'slow' ? sse([stall]) : json(completion('Quick'))),
  });
  const slow = hop.chat({ stream: true, model: 'slow' });
  await hop.upstream.request(1);
  expect((await ask(hop)).text).toBe(completion('Quick'));
  slow.abort();
});
