// Requests that cannot be right: told in words, with nothing forwarded.
import { describe, expect, test } from 'vitest';
import { json } from '../support/answers.ts';
import { errorIn } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, chatBody, startHop } from '../support/harness.ts';
import { completion } from '../support/openai.ts';

const good = json(completion('Hi'));

describe('400, naming what is wrong', () => {
  test.each([
    ['nothing at all', '', /JSON|empty/i],
    ['JSON that breaks off', '{"messages": [', /JSON/],
    ['text', 'hello', /JSON/],
    ['a list', '[]', /object/],
    ['a string', '"messages"', /object/],
    ['null', 'null', /object/],
    ['no messages', '{"model":"x"}', /messages/],
    ['messages that are no list', '{"messages":"Hi"}', /messages/],
    ['messages of null', '{"messages":null}', /messages/],
    ['messages that are not objects', '{"messages":[{"role":"user","content":"Hi"},"Hi"]}', /messages/],
    ['a message of null', '{"messages":[null]}', /messages/],
  ])('%s', async (_name, body, words) => {
    const hop = await startHop({ answers: [good] });
    const reply = await hop.client.post('/v1/chat/completions', body);
    const error = errorIn(reply);
    expect([reply.status, error.type]).toEqual([400, 'invalid_request_error']);
    expect(error.message).toMatch(words);
    expect(hop.upstream.requests).toEqual([]);
  });
});

test.each([
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonp',
])('415 for %s', async (contentType) => {
  const hop = await startHop({ answers: [good] });
  const reply = await hop.client.post('/v1/chat/completions', chatBody(), { 'content-type': contentType });
  expect([reply.status, errorIn(reply).type]).toEqual([415, 'invalid_request_error']);
  expect(hop.upstream.requests).toEqual([]);
});

describe('413 over server.max_request_mb', () => {
  const config = { server: { max_request_mb: 1 } };
  const tooLong = chatBody({ messages: [{ role: 'user', content: 'x'.repeat(1_100_000) }] });
  const headers = { 'content-type': 'application/json' };

  test('when the length is announced', async () => {
    const hop = await startHop({ answers: [good], config });
    const reply = await hop.client.post('/v1/chat/completions', tooLong);
    expect([reply.status, errorIn(reply).type]).toEqual([413, 'invalid_request_error']);
    expect(errorIn(reply).message).toMatch(/1 MB/);
    expect(hop.upstream.requests).toEqual([]);
  });

  test('when it turns out in a chunked upload', async () => {
    const hop = await startHop({ answers: [good], config });
    const call = hop.client.call('/v1/chat/completions', { method: 'POST', headers, slowUpload: true });
    for (let at = 0; at < tooLong.length; at += 100_000) call.upload(tooLong.slice(at, at + 100_000));
    call.endUpload();
    expect((await call.done).status).toBe(413);
    expect(hop.upstream.requests).toEqual([]);
  });

  test('one below it is served', async () => {
    const hop = await startHop({ answers: [good], config });
    const messages = [{ role: 'user', content: 'x'.repeat(900_000) }];
    expect((await ask(hop, { messages })).text).toBe(completion('Hi'));
  });
});

test('a slow upload is waited for', async () => {
  const hop = await startHop({ answers: [good] });
  const headers = { 'content-type': 'application/json', 'content-length': String(chatBody().length) };
  const call = hop.client.call('/v1/chat/completions', { method: 'POST', headers, slowUpload: true });
  for (const letter of chatBody()) {
    call.upload(letter);
    await settle(2);
  }
  call.endUpload();
  expect((await call.done).text).toBe(completion('Hi'));
  expect((await hop.upstream.request(1)).body.toString()).toBe(chatBody());
});

test('bytes that are no HTTP get a 400, and everyone else is served', async () => {
  const hop = await startHop({ answers: [good] });
  expect(await hop.client.raw('HELO first hop\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect((await ask(hop)).text).toBe(completion('Hi'));
});

test('a fault of the request is not retried and leaves the connection usable', async () => {
  const hop = await startHop({ answers: [good] });
  expect((await hop.client.post('/v1/chat/completions', '{')).status).toBe(400);
  expect((await ask(hop)).status).toBe(200);
  expect(hop.clock.slept).toEqual([]);
});
