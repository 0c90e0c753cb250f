// Connections to the upstream are opened once and used again; one that broke is not.
import { expect, test } from 'vitest';
import { cut, failure, gate, json, sse } from '../support/answers.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import { chunk, completion, completionStream } from '../support/openai.ts';

test('requests that follow one another share a connection, streams included', async () => {
  const good = json(completion('Hi'));
  const hop = await startHop({ answers: [good, sse(completionStream('Hi')), failure(503, 'Busy'), good] });
  await ask(hop);
  await askForStream(hop);
  await ask(hop);
  expect(hop.upstream.requests.map((request) => request.connection)).toEqual([1, 1, 1, 1]);
});

test('requests at the same time have connections of their own', async () => {
  const both = gate();
  const hop = await startHop({ answers: [json(completion('Hi'), { after: both.opened })] });
  const asked = [ask(hop), ask(hop)];
  await hop.upstream.request(2);
  both.open();
  expect((await Promise.all(asked)).map((reply) => reply.status)).toEqual([200, 200]);
  expect(hop.upstream.connections()).toBe(2);
});

test('after a cut the next request has a new connection', async () => {
  const hop = await startHop({ answers: [sse([chunk('Once'), cut]), json(completion('Hi'))] });
  await askForStream(hop);
  expect((await ask(hop)).text).toBe(completion('Hi'));
  expect(hop.upstream.connections()).toBe(2);
});

test('a thousand characters of header and an unknown one are no matter', async () => {
  const headers = { 'x-long': 'x'.repeat(1_000), 'x-unknown-to-us': 'yes' };
  const hop = await startHop({ answers: [json(completion('Hi'), { headers })] });
  const reply = await ask(hop);
  expect([reply.header('x-long'), reply.header('x-unknown-to-us')]).toEqual(['x'.repeat(1_000), 'yes']);
});
