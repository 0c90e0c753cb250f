// Health: short for machines, detailed for people, and never with a key in it.
import { expect, test } from 'vitest';
import { failure, json } from '../support/answers.ts';
import { ask, startHop } from '../support/harness.ts';
import { completion } from '../support/openai.ts';

const KEY = 'sk-proj-0123456789abcdefWXYZ';
const HEADER_KEY = 'very-secret-header-value-9876';

test('GET /health answers healthy without asking the upstream', async () => {
  const hop = await startHop({ answers: [failure(500, 'Down')] });
  const reply = await hop.client.get('/health');
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({ status: 'healthy' });
  expect(reply.header('content-type')).toMatch(/^application\/json\b/);
  expect(hop.upstream.requests).toEqual([]);
});

test('GET /health/detailed shows the configuration in effect, the version and the uptime, without a secret', async () => {
  const config = {
    target_proxy: { apikey: KEY, headers: { 'x-api-key': HEADER_KEY } },
    error_handling: { max_retries: 7 },
  };
  const hop = await startHop({ answers: [json(completion('Hi'))], config });
  await hop.clock.advance(61_000);
  const reply = await hop.client.get('/health/detailed');
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({ status: 'healthy' });
  expect(reply.text).toContain('0.0.0-test');
  expect(reply.text).toContain('"max_retries":7');
  expect(reply.text).toContain('127.0.0.1');
  expect(reply.text).toMatch(/61/);
  expect(reply.text).not.toContain(KEY);
  expect(reply.text).not.toContain(HEADER_KEY);
  expect(reply.text).toContain('…WXYZ');
});

test('a key in the address of the upstream is masked too', async () => {
  const hop = await startHop({
    answers: [json(completion('Hi'))],
    path: '/v1?key=AIzaSyA0123456789abcdefghijklmnopqrstuv',
  });
  expect((await hop.client.get('/health/detailed')).text).not.toContain(
    'AIzaSyA0123456789abcdefghijklmnopqrstuv',
  );
});

test('the counts tell what has happened', async () => {
  const hop = await startHop({ answers: [failure(503, 'Busy'), json(completion('Hi'))] });
  const before = (await hop.client.get('/health/detailed')).text;
  await ask(hop);
  const after = (await hop.client.get('/health/detailed')).text;
  expect(after).not.toBe(before);
  expect(JSON.stringify(JSON.parse(after))).toMatch(
    /"(requests|exchanges)":1|"(requests|exchanges)":\{[^}]*1/,
  );
});
