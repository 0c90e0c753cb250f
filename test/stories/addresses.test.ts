// Every form in which users type the upstream's address, and every path that clients make of First Hop's own.
import { expect, test } from 'vitest';
import { json } from '../support/answers.ts';
import { chatBody, startHop } from '../support/harness.ts';
import { completion } from '../support/openai.ts';

const good = json(completion('Hi'));

test.each([
  ['', '/v1/chat/completions', 'a bare address gets the version that such servers have'],
  ['/', '/v1/chat/completions', 'a slash changes nothing'],
  ['/v1', '/v1/chat/completions', 'the usual form'],
  ['/v1/', '/v1/chat/completions', 'a slash changes nothing'],
  ['/v1/chat/completions', '/v1/chat/completions', 'the whole endpoint'],
  ['/v1/chat/completions/', '/v1/chat/completions', 'the whole endpoint with a slash'],
  ['/v1/completions', '/v1/chat/completions', 'the other endpoint names the same base'],
  ['/api', '/api/v1/chat/completions', 'a folder without a version gets one'],
  ['/api/v1', '/api/v1/chat/completions', 'OpenRouter'],
  ['/v1beta/openai', '/v1beta/openai/chat/completions', 'Google: the version stands further left'],
  ['/api/paas/v4', '/api/paas/v4/chat/completions', 'Z.ai: another version'],
  ['/chat/completions', '/chat/completions', 'written out: exactly that base'],
  ['/proxy/openai/chat/completions', '/proxy/openai/chat/completions', 'written out: exactly that base'],
])('target_proxy.url …%s asks %s (%s)', async (path, expected) => {
  const hop = await startHop({ answers: [good], path });
  expect((await hop.chat().done).text).toBe(completion('Hi'));
  expect((await hop.upstream.request(1)).path).toBe(expected);
});

test.each([
  ['/chat/completions', 'base without /v1'],
  ['/v1/chat/completions', 'base with /v1'],
  ['//chat/completions', 'SillyTavern, base with a slash'],
  ['/v1//chat/completions', 'SillyTavern, base with /v1/'],
  ['/v1/chat/completions/', 'a slash too many'],
  ['/v1/chat//completions//', 'slashes everywhere'],
])('a client may ask for %s (%s)', async (path) => {
  const hop = await startHop({ answers: [good] });
  expect((await hop.client.post(path, chatBody())).text).toBe(completion('Hi'));
  expect((await hop.upstream.request(1)).path).toBe('/v1/chat/completions');
});

test("the client's query goes along", async () => {
  const hop = await startHop({ answers: [good] });
  await hop.client.post('/v1/chat/completions?api-version=2&x=%20y', chatBody());
  expect((await hop.upstream.request(1)).path).toBe('/v1/chat/completions?api-version=2&x=%20y');
});
