// The page and its API in front of a running First Hop: who may ask, and what they see of the exchanges.
import { describe, expect, it } from 'vitest';
import { failure, json } from '../support/answers.ts';
import { ask, startHop } from '../support/harness.ts';
import { completion } from '../support/openai.ts';

const GOOD = json(completion('Hello you'));

it('shows an exchange that has just ended, with its attempts', async () => {
  const hop = await startHop({ answers: [failure(503, 'Overloaded, sk-abcdefghijklmnop1234'), GOOD] });
  await ask(hop);
  const now = await hop.client.call('/api/now').done;
  expect(JSON.parse(now.text)).toMatchObject({
    kind: 'snapshot',
    exchanges: [],
    today: { exchanges: 1, saved: 1, retries: 1 },
    upstream: { failures_in_a_row: 0 },
  });
  const history = JSON.parse((await hop.client.call('/api/exchanges').done).text);
  expect(history.exchanges).toMatchObject([{ model: 'test-model', attempts: 2, end: { kind: 'delivered' } }]);
  const whole = await hop.client.call(`/api/exchanges/${history.exchanges[0].id}`).done;
  expect(JSON.parse(whole.text)).toMatchObject({
    tries: [{}, {}],
    verdicts: [[{ kind: 'retryable' }], [{ kind: 'good' }]],
  });
  expect(whole.text).not.toContain('abcdefghijklmnop');
});

it('tells which text rules have changed something, in all and in one exchange', async () => {
  const rules = [{ pattern: 'you', replacement: 'me', description: 'turn' }, { pattern: 'never' }];
  const hop = await startHop({
    answers: [GOOD, GOOD],
    config: {
      regex_replacement: { rules: [{ pattern: 'Hi', replacement: 'Hey' }] },
      response_processing: { rules },
    },
  });
  await ask(hop, { messages: [{ role: 'user', content: 'Hi there' }] });
  await hop.clock.advance(1_000);
  await ask(hop, { messages: [{ role: 'user', content: 'Hello' }] });
  const told = JSON.parse((await hop.client.call('/api/rules').done).text);
  const counted = told.rules.flatMap(({ group, hits }: { group: string; hits: number }) =>
    group === 'request' || group === 'reply' ? [[group, hits]] : [],
  );
  expect(counted).toEqual([
    ['request', 1],
    ['reply', 2],
    ['reply', 0],
  ]);
  const { exchanges } = JSON.parse((await hop.client.call('/api/exchanges').done).text);
  const [second, first] = await Promise.all(
    exchanges.map(async ({ id }: { id: string }) =>
      JSON.parse((await hop.client.call(`/api/exchanges/${id}`).done).text),
    ),
  );
  const reply = ['response_processing.rules[0] (turn)'];
  expect(first.changedBy).toEqual({ request: ['regex_replacement.rules[0]'], reply });
  expect(second.changedBy).toEqual({ reply });
});

describe('other web pages', () => {
  const elsewhere = { origin: 'http://localhost:8000', 'sec-fetch-site': 'same-site' };

  it('can use the proxy from nearby, but never the page or its API', async () => {
    const hop = await startHop({ answers: [GOOD] });
    const models = await hop.client.call('/v1/models', { headers: elsewhere }).done;
    expect(models.header('access-control-allow-origin')).toBe(elsewhere.origin);
    for (const path of ['/', '/api/about', '/page/index.js']) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await hop.client.call(path, { method, headers: elsewhere }).done;
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.rawHeaders.join(' ')).not.toMatch(/access-control/i);
      }
    }
  });

  it('can not reach it under a foreign name either', async () => {
    const hop = await startHop({ answers: [GOOD] });
    const answer = await hop.client.call('/api/about', { headers: { host: 'evil.example' } }).done;
    expect(answer.status).toBe(403);
  });
});

it('tells where it is, and ends its feeds when First Hop ends', async () => {
  const hop = await startHop({ answers: [GOOD] });
  const { text } = await hop.client.call('/api/about').done;
  expect(JSON.parse(text)).toMatchObject({ address: `${hop.url}/v1`, isDemo: false });
  const feed = hop.client.call('/api/events');
  expect(await feed.status).toBe(200);
  await hop.clock.advanceUntil(hop.stop(), 5_000);
  expect((await feed.done).text).toContain('"kind":"snapshot"');
});
