// Which headers travel: end-to-end ones both ways, the others stop here; and whose key the upstream sees.
import { expect, onTestFinished, test } from 'vitest';
import { http, json, sse } from '../support/answers.ts';
import { completion, completionStream } from '../support/openai.ts';
import { ask, askForStream, chatBody, startHop } from '../support/harness.ts';
import { headerOf, startUpstream } from '../support/scripted-upstream.ts';

const good = json(completion('Hi'));

test("the client's own headers reach the upstream, doubled ones doubled", async () => {
  const hop = await startHop({ answers: [good] });
  const headers = {
    'X-Title': 'SillyTavern',
    'user-agent': 'node-fetch',
    accept: '*/*',
    'x-many': ['one', 'two'],
  };
  await hop.chat({}, { headers }).done;
  const request = await hop.upstream.request(1);
  expect(headerOf(request, 'x-title')).toBe('SillyTavern');
  expect(headerOf(request, 'user-agent')).toBe('node-fetch');
  expect(headerOf(request, 'accept')).toBe('*/*');
  expect(headerOf(request, 'x-many')).toBe('one, two');
  expect(headerOf(request, 'content-type')).toBe('application/json');
});

test('hop-by-hop headers, and those that Connection names, stop at First Hop (RFC 9110 §7.6.1)', async () => {
  const hop = await startHop({ answers: [good] });
  const headers = {
    connection: 'keep-alive, x-between-us',
    'x-between-us': '1',
    'keep-alive': 'timeout=5',
    te: 'trailers',
    'proxy-authorization': 'Basic eDp5',
    'proxy-connection': 'keep-alive',
  };
  await hop.chat({}, { headers }).done;
  const request = await hop.upstream.request(1);
  for (const name of ['x-between-us', 'keep-alive', 'te', 'proxy-authorization', 'proxy-connection'])
    expect([name, headerOf(request, name)]).toEqual([name, undefined]);
  expect(headerOf(request, 'connection') ?? '').not.toContain('x-between-us');
});

test('host, length and encoding are ours', async () => {
  const hop = await startHop({ answers: [good] });
  await hop.chat({}, { headers: { 'accept-encoding': 'gzip, deflate, br' } }).done;
  const request = await hop.upstream.request(1);
  expect(headerOf(request, 'host')).toBe(hop.upstream.url.replace('http://', ''));
  expect(headerOf(request, 'content-length')).toBe(String(request.body.length));
  expect(headerOf(request, 'transfer-encoding')).toBeUndefined();
  expect(headerOf(request, 'accept-encoding')).toBe('identity');
});

test('a chunked upload reaches the upstream with its length', async () => {
  const hop = await startHop({ answers: [good] });
  const headers = { 'content-type': 'application/json' };
  const call = hop.client.call('/v1/chat/completions', { method: 'POST', headers, slowUpload: true });
  call.upload(chatBody());
  call.endUpload();
  await call.done;
  const request = await hop.upstream.request(1);
  expect(headerOf(request, 'content-length')).toBe(String(chatBody().length));
  expect(headerOf(request, 'transfer-encoding')).toBeUndefined();
});

test.each([
  ['plain', false],
  ['stream', true],
])("the upstream's headers reach the client (%s)", async (_name, stream) => {
  const headers = [
    'X-Request-Id',
    'req_1',
    'Set-Cookie',
    'a=1',
    'Set-Cookie',
    'b=2',
    'Connection',
    'x-hop',
    'X-Hop',
    '1',
  ];
  const answer = stream ? sse(completionStream('Hi'), { headers }) : json(completion('Hi'), { headers });
  const hop = await startHop({ answers: [answer] });
  const reply = await (stream ? askForStream(hop) : ask(hop));
  expect(reply.header('x-request-id')).toBe('req_1');
  expect(reply.header('set-cookie')).toBe('a=1, b=2');
  expect(reply.header('x-hop')).toBeUndefined();
  expect(reply.header('connection') ?? '').not.toContain('x-hop');
  if (!stream) expect(reply.header('content-length')).toBe(String(reply.body.length));
});

test('a chunked plain answer arrives whole', async () => {
  const text = completion('Hi');
  const hop = await startHop({
    answers: [http(['content-type', 'application/json'], [text.slice(0, 20), text.slice(20)])],
  });
  const reply = await ask(hop);
  expect([reply.text, reply.end]).toEqual([text, 'clean']);
});

test("the configured key takes the place of the client's", async () => {
  const hop = await startHop({ answers: [good], config: { target_proxy: { apikey: 'sk-configured' } } });
  await hop.chat({}, { headers: { authorization: 'Bearer sk-from-client' } }).done;
  expect(headerOf(await hop.upstream.request(1), 'authorization')).toBe('Bearer sk-configured');
});

test.each([
  ['a key goes on as it is', 'Bearer sk-from-client', 'Bearer sk-from-client'],
  ['an empty one, which SillyTavern sends when no key is set, is dropped', 'Bearer ', undefined],
  ['so is one without even the space', 'Bearer', undefined],
])('without a configured key: %s', async (_name, authorization, expected) => {
  const hop = await startHop({ answers: [good] });
  await hop.chat({}, { headers: { authorization } }).done;
  expect(headerOf(await hop.upstream.request(1), 'authorization')).toBe(expected);
});

test('configured headers are added, and replace those of the client', async () => {
  const config = { target_proxy: { headers: { 'X-Title': 'From the configuration', 'x-extra': 'yes' } } };
  const hop = await startHop({ answers: [good], config });
  await hop.chat({}, { headers: { 'x-title': 'From the client' } }).done;
  const request = await hop.upstream.request(1);
  expect([headerOf(request, 'x-title'), headerOf(request, 'x-extra')]).toEqual([
    'From the configuration',
    'yes',
  ]);
});

test('a redirect is not followed and not passed on: the key must not travel', async () => {
  const elsewhere = await startUpstream([good]);
  onTestFinished(() => elsewhere.close());
  const answer = json('{}', { status: 307, headers: { location: `${elsewhere.url}/v1/chat/completions` } });
  const hop = await startHop({ answers: [answer] });
  const reply = await ask(hop);
  expect(reply.status).toBeGreaterThanOrEqual(400);
  expect(reply.header('location')).toBeUndefined();
  expect([elsewhere.requests.length, hop.upstream.requests.length]).toEqual([0, 1]);
});
