// `streaming.keepalive_after`: a stream that has to wait says so, for tunnels that cut silent connections.
import { expect, test } from 'vitest';
import { failure, gate, json, sse } from '../support/answers.ts';
import { errorAtEndOf, expectWholeStream, textOf } from '../support/expectations.ts';
import { startHop } from '../support/harness.ts';
import { chunk, completion, completionStream, doneFrame, finishChunk } from '../support/openai.ts';

const config = { streaming: { keepalive_after: 5 } };

test('while the upstream thinks: the head and comments, then the reply', async () => {
  const late = gate();
  const hop = await startHop({ answers: [sse(completionStream('Hello'), { after: late.opened })], config });
  const call = hop.chat({ stream: true });
  await hop.clock.whenWaiting(5_000);
  await hop.clock.advance(5_000);
  await call.until(': waiting');
  await expect(call.status).resolves.toBe(200);
  await hop.clock.advance(15_000);
  await call.until(': waiting for the provider\n\n: waiting for the provider\n\n');
  late.open();
  const reply = await call.done;
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Hello');
});

test('a failure then is told inside the stream', async () => {
  const late = gate();
  const hop = await startHop({ answers: [failure(401, 'No such key', { after: late.opened })], config });
  const call = hop.chat({ stream: true });
  await hop.clock.whenWaiting(5_000);
  await hop.clock.advance(5_000);
  await call.until(': waiting');
  late.open();
  expect(errorAtEndOf(await call.done).message).toContain('No such key');
});

test('a plain request waits in silence: it can not be opened twice', async () => {
  const late = gate();
  const hop = await startHop({ answers: [json(completion('Hello'), { after: late.opened })], config });
  const call = hop.chat();
  await hop.upstream.request(1);
  await hop.clock.advance(60_000);
  expect(call.received()).toBe('');
  late.open();
  expect((await call.done).text).toBe(completion('Hello'));
});

test('once the reply is on its way, nothing is put between its words', async () => {
  const later = gate();
  const hop = await startHop({
    answers: [sse([chunk('Once'), later.opened, chunk(' upon'), finishChunk(), doneFrame])],
    config,
  });
  const call = hop.chat({ stream: true });
  await call.until('Once');
  await hop.clock.advance(30_000);
  later.open();
  const reply = await call.done;
  expect(textOf(reply)).toBe('Once upon');
  expect(reply.text).not.toContain(': waiting');
});
