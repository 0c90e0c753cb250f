// The list of models: forwarded, remembered on disk, and always answered, because SillyTavern hides its send button
// without one.
import { expect, test } from 'vitest';
import { closesBeforeHeaders, failure, json, neverAnswers, sized, sse, stall } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { startHop, startHopAt, temporaryFolder } from '../support/harness.ts';
import { headerOf, startUpstream } from '../support/scripted-upstream.ts';

const LIST =
  '{ "object":"list", "data":[ {"id":"alpha","object":"model","created":12345678901234567890} , {"id":"beta"}]}\n';
const EMPTY = { object: 'list', data: [] };

test.each(['/v1/models', '/models', '//models', '/v1/models/'])(
  'GET %s is forwarded, the list byte for byte',
  async (path) => {
    const hop = await startHop({
      answers: [json(LIST)],
      config: { target_proxy: { apikey: 'sk-configured' } },
    });
    const reply = await hop.client.get(path);
    expect([reply.status, reply.text]).toEqual([200, LIST]);
    const request = await hop.upstream.request(1);
    expect([request.method, request.path]).toEqual(['GET', '/v1/models']);
    expect(headerOf(request, 'authorization')).toBe('Bearer sk-configured');
  },
);

const failures: readonly (readonly [string, Answer])[] = [
  ['an error', failure(503, 'Busy')],
  ['a refused key', failure(401, 'No such key')],
  ['a path that is not there', sized('<h1>Not Found</h1>', 'text/html', { status: 404 })],
  ['a page of HTML', sized('<h1>Welcome</h1>', 'text/html')],
  ['an error in a 200', json({ error: { message: 'Busy' } })],
  ['JSON that is no list', json('{"models":"none"}')],
  ['an empty body', sized('', 'application/json')],
  ['a broken connection', closesBeforeHeaders],
];

test.each(failures)('%s: the remembered list', async (_name, bad) => {
  const hop = await startHop({ answers: [json(LIST), bad] });
  await hop.client.get('/v1/models');
  const reply = await hop.client.get('/v1/models');
  expect([reply.status, reply.json]).toEqual([200, JSON.parse(LIST)]);
});

test.each(failures)(
  '%s, and no list ever seen: an empty one, so that SillyTavern connects',
  async (_name, bad) => {
    const hop = await startHop({ answers: [bad] });
    const reply = await hop.client.get('/v1/models');
    expect([reply.status, reply.json]).toEqual([200, EMPTY]);
    expect(reply.header('content-type')).toMatch(/^application\/json\b/);
  },
);

test('the list outlives a restart, and belongs to one upstream', async () => {
  const dataFolder = await temporaryFolder();
  const first = await startHop({ answers: [json(LIST)], dataFolder });
  await first.client.get('/v1/models');
  await first.clock.advanceUntil(first.stop());
  await first.upstream.close();
  const second = await startHopAt(first.upstream, { dataFolder });
  expect((await second.client.get('/v1/models')).json).toEqual(JSON.parse(LIST));

  const elsewhere = await startUpstream([]);
  await elsewhere.close();
  const third = await startHopAt(elsewhere, { dataFolder });
  expect((await third.client.get('/v1/models')).json).toEqual(EMPTY);
});

test.each([
  ['nothing at all', neverAnswers],
  ['half a list', sse(['{"object":"list","data":[', stall], { headers: { 'x-odd': '1' } })],
])('an upstream that sends %s is waited for ten seconds at most', async (_name, answer) => {
  const hop = await startHop({ answers: [json(LIST), answer] });
  await hop.client.get('/v1/models');
  const asked = hop.client.get('/v1/models');
  await hop.upstream.request(2);
  const startMs = hop.clock.nowMs();
  const reply = await hop.clock.advanceUntil(asked);
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(10_000);
  expect([reply.status, reply.json]).toEqual([200, JSON.parse(LIST)]);
});

test('an upstream that fails for a moment is not asked beyond the ten seconds', async () => {
  const hop = await startHop({ answers: [failure(503, 'Busy')] });
  const startMs = hop.clock.nowMs();
  const reply = await hop.clock.advanceUntil(hop.client.get('/v1/models'));
  expect([reply.status, reply.json]).toEqual([200, EMPTY]);
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(10_000);
});

test('an empty list of the upstream is its answer', async () => {
  const hop = await startHop({ answers: [json('{"object":"list","data":[]}')] });
  expect((await hop.client.get('/v1/models')).text).toBe('{"object":"list","data":[]}');
});

test('a client that leaves lets the upstream go', async () => {
  const hop = await startHop({ answers: [neverAnswers] });
  const call = hop.client.call('/v1/models');
  const request = await hop.upstream.request(1);
  call.abort();
  await request.closedByPeer;
});
