// What upstreams do besides failing properly: marks nobody expects, labels that are wrong, answers cut short.
import { connect } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cut, failure, gate, http, json, repeat, sized, sse, stall } from '../support/answers.ts';
import { errorIn, expectWholeStream, textOf } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, askForStream, chatBody, startHop } from '../support/harness.ts';
import { chunk, completion, completionStream, finishChunk } from '../support/openai.ts';

test.each(['application/json', 'text/event-stream'])(
  'a completion behind a byte order mark, called %s, is told as a stream',
  async (type) => {
    const hop = await startHop({ answers: [sized(`\uFEFF${completion('Hello')}`, type)] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('Hello');
  },
);

test.each(['gzip', 'br', 'deflate'])(
  'an answer of nothing, said to be in %s, is passed on',
  async (encoding) => {
    const hop = await startHop({
      answers: [http([], [], { status: 204, headers: { 'content-encoding': encoding } })],
    });
    const reply = await hop.client.get('/v1/files/7');
    expect([reply.status, reply.end, reply.text]).toEqual([204, 'clean', '']);
  },
);

test('an empty reply said to be in gzip is an empty reply', async () => {
  const empty = sized('', 'application/json', { headers: { 'content-encoding': 'gzip' } });
  const hop = await startHop({ answers: [empty, json(completion('Hello'))] });
  expect((await ask(hop)).text).toBe(completion('Hello'));
  expect(hop.upstream.requests).toHaveLength(2);
});

test('deflate without zlib’s wrapping is understood', async () => {
  const packed = deflateRawSync(completion('Hello'));
  const answer = sized(packed, 'application/json', { headers: { 'content-encoding': 'deflate' } });
  expect((await ask(await startHop({ answers: [answer] }))).text).toBe(completion('Hello'));
});

test.each([
  ['a body shorter than announced', { 'content-length': '900' }],
  ['a compression that is none', { 'content-encoding': 'gzip' }],
])('a bad key is a bad key, with %s', async (_what, headers) => {
  const body = '{"error":{"message":"Incorrect API key provided"}}';
  const hop = await startHop({
    answers: [
      http([], [body, cut], { status: 401, headers: { 'content-type': 'application/json', ...headers } }),
    ],
  });
  const reply = await ask(hop);
  expect([reply.status, errorIn(reply).type]).toEqual([401, 'authentication_error']);
  expect(hop.upstream.requests).toHaveLength(1);
});

test('an error page that never ends is judged by its status', async () => {
  const page = http([], ['<title>Busy</title>', stall], {
    status: 503,
    headers: { 'content-type': 'text/html' },
  });
  const hop = await startHop({ answers: [page, json(completion('Hello'))] });
  const call = hop.chat();
  await hop.clock.advanceUntil(call.done);
  expect((await call.done).text).toBe(completion('Hello'));
});

test('after the finish_reason nobody waits long for an end mark that does not come', async () => {
  const hop = await startHop({ answers: [sse([chunk('Hello'), finishChunk(), stall])] });
  const call = hop.chat({ stream: true });
  await call.until('"stop"');
  const startMs = hop.clock.nowMs();
  await hop.clock.advanceUntil(call.done);
  expectWholeStream(await call.done);
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(5_000);
});

test('a flood of comments before the first word ends in words, not in memory', async () => {
  const flood = repeat(`data: {"choices":[]}\n\n`, 200_000);
  const hop = await startHop({
    answers: [sse([flood, stall])],
    config: { target_proxy: { max_reply_mb: 1 } },
  });
  expect(errorIn(await askForStream(hop)).message).toContain('max_reply_mb');
});

test('repeated headers stay repeated, also for a page of this computer', async () => {
  const headers = ['set-cookie', 'a=1', 'set-cookie', 'b=2', 'vary', 'accept'];
  const answers = [json(completion('Hello'), { headers })];
  const hop = await startHop({ answers });
  const reply = await hop.chat({}, { headers: { origin: 'http://localhost:8000' } }).done;
  const values = (name: string): string[] =>
    reply.rawHeaders.filter(
      (_text, index) => reply.rawHeaders[index - 1]?.toLowerCase() === name && index % 2 === 1,
    );
  expect([values('set-cookie'), values('vary').join().split(/, ?/).toSorted()]).toEqual([
    ['a=1', 'b=2'],
    ['accept', 'origin'],
  ]);
});

test('a client that asks several things at once and leaves: nothing is asked again for it', async () => {
  const held = gate();
  const hop = await startHop({
    answers: [sse(completionStream('late'), { after: held.opened }), failure(503, 'busy')],
  });
  hop.clock.holdSleeps = true;
  const body = chatBody();
  const { port } = new URL(hop.url);
  const socket = connect(Number(port), '127.0.0.1');
  const one = `POST /v1/chat/completions HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  socket.write(one.repeat(3));
  for (let turns = 0; turns < 1_000 && hop.upstream.requests.length < 3; turns += 1) await settle(1);
  expect(hop.upstream.requests).toHaveLength(3);
  socket.destroy();
  for (let turns = 0; turns < 1_000 && hop.clock.waiting().length > 0; turns += 1) await settle(1);
  hop.clock.holdSleeps = false;
  await settle();
  expect(hop.upstream.requests).toHaveLength(3);
  held.open();
});

test('bytes that are no HTTP get an answer in words', async () => {
  const hop = await startHop({ answers: [] });
  const answer = await hop.client.raw('\u0016\u0003\u0001 this is TLS\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 .*http:\/\/.*\r\n/);
  expect(answer).toContain('"type":"invalid_request_error"');
});

test('headers that are too large are refused in words', async () => {
  const hop = await startHop({ answers: [] });
  const answer = await hop.client.raw(
    `GET /health HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
});
