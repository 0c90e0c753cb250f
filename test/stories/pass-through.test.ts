// Everything else under /v1 goes through once, as it is; whatever is nowhere gets a 404 in words.
import { expect, test } from 'vitest';
import {
  closesBeforeHeaders,
  failure,
  halfABody,
  http,
  json,
  neverAnswers,
  sized,
} from '../support/answers.ts';
import { errorIn } from '../support/expectations.ts';
import { chatBody, startHop } from '../support/harness.ts';
import { headerOf } from '../support/scripted-upstream.ts';

test('POST /v1/embeddings: the bytes of both sides', async () => {
  const hop = await startHop({
    answers: [json(' {"data": [1.0]}')],
    config: { target_proxy: { apikey: 'sk-configured' } },
  });
  const reply = await hop.client.post('/v1/embeddings', ' {"input": "x"} ');
  expect([reply.status, reply.text]).toEqual([200, ' {"data": [1.0]}']);
  const request = await hop.upstream.request(1);
  expect([request.method, request.path, request.body.toString()]).toEqual([
    'POST',
    '/v1/embeddings',
    ' {"input": "x"} ',
  ]);
  expect(headerOf(request, 'authorization')).toBe('Bearer sk-configured');
});

test.each([
  ['GET', '/v1/files?limit=2&after=a%20b'],
  ['DELETE', '/v1/files/file-1'],
  ['PUT', '/v1/things/1'],
  ['PATCH', '/v1/things/1'],
])('%s %s', async (method, path) => {
  const hop = await startHop({ answers: [json('{}', { headers: { 'x-request-id': '1' } })] });
  const reply = await hop.client.call(path, { method }).done;
  expect([reply.status, reply.text, reply.header('x-request-id')]).toEqual([200, '{}', '1']);
  const request = await hop.upstream.request(1);
  expect([request.method, request.path]).toEqual([method, path]);
});

test('a body of any type, bytes of any kind', async () => {
  const bytes = Buffer.from(Array.from({ length: 512 }, (_item, index) => index % 256));
  const hop = await startHop({ answers: [sized(bytes, 'audio/mpeg')] });
  const headers = { 'content-type': 'multipart/form-data; boundary=x' };
  const reply = await hop.client.call('/v1/audio/speech', { method: 'POST', headers, body: bytes }).done;
  expect(reply.body.equals(bytes)).toBe(true);
  expect(reply.header('content-type')).toBe('audio/mpeg');
  const request = await hop.upstream.request(1);
  expect(request.body.equals(bytes)).toBe(true);
  expect(headerOf(request, 'content-type')).toBe('multipart/form-data; boundary=x');
});

test.each([429, 503, 404, 401])('a %s is passed on as it came, once', async (status) => {
  const hop = await startHop({ answers: [failure(status, 'As it is', { headers: { 'retry-after': '5' } })] });
  const reply = await hop.client.post('/v1/embeddings', '{"input":"x"}');
  expect([reply.status, reply.header('retry-after')]).toEqual([status, '5']);
  expect(reply.json).toEqual({ error: { message: 'As it is', type: 'some_error', code: null } });
  expect([hop.upstream.requests.length, hop.clock.slept]).toEqual([1, []]);
});

test('a compressed answer is unpacked, an answer without a body has none', async () => {
  const hop = await startHop({
    answers: [json('{"a":1}', { gzip: true }), http([], [], { status: 204 })],
  });
  const unpacked = await hop.client.get('/v1/files');
  expect([unpacked.text, unpacked.header('content-encoding')]).toEqual(['{"a":1}', undefined]);
  const bodiless = await hop.client.call('/v1/files/1', { method: 'DELETE' }).done;
  expect([bodiless.status, bodiless.text, bodiless.end]).toEqual([204, '', 'clean']);
});

test('an answer that breaks off is broken off, not passed for a whole one', async () => {
  const hop = await startHop({ answers: [halfABody] });
  expect((await hop.client.get('/v1/files')).end).toBe('cut');
});

test('an upstream that breaks is told in the shape of all errors', async () => {
  const hop = await startHop({ answers: [closesBeforeHeaders] });
  const reply = await hop.client.post('/v1/embeddings', '{"input":"x"}');
  expect([reply.status, errorIn(reply).type]).toEqual([502, 'connection_error']);
});

test('one that never answers is a 504', async () => {
  const hop = await startHop({ answers: [neverAnswers] });
  const reply = await hop.clock.advanceUntil(hop.client.post('/v1/embeddings', '{"input":"x"}'));
  expect([reply.status, errorIn(reply).type]).toEqual([504, 'timeout_error']);
});

test('a client that leaves lets the upstream go', async () => {
  const hop = await startHop({ answers: [neverAnswers] });
  const call = hop.client.call('/v1/embeddings', { method: 'POST', body: '{}' });
  const request = await hop.upstream.request(1);
  call.abort();
  await request.closedByPeer;
});

test.each([
  ['GET', '/'],
  ['GET', '/favicon.ico'],
  ['GET', '/v2/models'],
  ['POST', '/api/chat'],
  ['GET', '/v1/../../etc/passwd'],
  ['POST', '/no-such-profile/v1/chat/completions'],
])('%s %s is nowhere: 404, nothing forwarded', async (method, path) => {
  const hop = await startHop({ answers: [json('{}')] });
  const headers = { 'content-type': 'application/json' };
  const reply = await hop.client.call(path, {
    method,
    headers,
    ...(method === 'POST' ? { body: chatBody() } : {}),
  }).done;
  expect(reply.status).toBe(404);
  errorIn(reply);
  expect(hop.upstream.requests).toEqual([]);
});
