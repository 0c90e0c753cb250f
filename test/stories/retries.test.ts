// Failures that pass: the request is sent again after a wait, and the user never knows.
import { describe, expect, test } from 'vitest';
import { closesBeforeHeaders, failure, halfABody, json, notHttp, sized, sse } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorIn, expectWholeStream } from '../support/expectations.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { ask, askForStream, chatBody, startHop } from '../support/harness.ts';
import { completion, completionOf, completionStream } from '../support/openai.ts';

const good = json(completion('Hello at last.'));

test('429, then success: the same bytes are sent again, the reply is the second one', async () => {
  const hop = await startHop({ answers: [failure(429, 'Rate limit reached'), good] });
  const reply = await ask(hop);
  expect([reply.status, reply.text]).toEqual([200, completion('Hello at last.')]);
  expect(hop.upstream.requests.map((request) => request.body.toString())).toEqual([chatBody(), chatBody()]);
  expect(hop.clock.slept).toEqual([1_000]);
});

test('429, then a good stream', async () => {
  const hop = await startHop({
    answers: [failure(429, 'Rate limit reached'), sse(completionStream('Hello'))],
  });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(completionStream('Hello').join(''));
});

test('waits double from one second and end at sixty', async () => {
  const failures = Array.from({ length: 9 }, () => failure(500, 'Oops'));
  const hop = await startHop({ answers: [...failures, good] });
  expect((await ask(hop)).status).toBe(200);
  expect(hop.clock.slept).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test.each([
  [0, 750, 'the shortest'],
  [0.5, 1_000, 'the middle'],
  [0.999_999, 1_250, 'the longest'],
])(
  'chance %s makes the first wait %s ms (%s), so that clients do not come back all at once',
  async (chance, expected) => {
    const clock = new FakeClock();
    clock.chance = chance;
    const hop = await startHop({ answers: [failure(503, 'Busy'), good], clock });
    expect((await ask(hop)).status).toBe(200);
    expect(clock.slept).toHaveLength(1);
    expect(clock.slept[0]).toBeCloseTo(expected, -1);
  },
);

describe('a wait that the upstream asks for wins over ours', () => {
  const dated = new Date(new FakeClock().wallMs() + 20_000).toUTCString();
  test.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['milliseconds', { 'retry-after-ms': '1500' }, 1_500],
    ['milliseconds before seconds', { 'retry-after': '7', 'retry-after-ms': '1500' }, 1_500],
    ['a date', { 'retry-after': dated }, 20_000],
    ['nonsense is ignored', { 'retry-after': 'soon' }, 1_000],
  ])('%s', async (_name, headers, expected) => {
    const hop = await startHop({ answers: [failure(503, 'Busy', { headers }), good] });
    expect((await ask(hop)).status).toBe(200);
    expect(hop.clock.slept).toEqual([expected]);
  });

  test('but one longer than max_delay is told at once, with the time to come back', async () => {
    const hop = await startHop({
      answers: [failure(429, 'Quota used up', { headers: { 'retry-after': '3600' } }), good],
    });
    const reply = await ask(hop);
    const error = errorIn(reply);
    expect([reply.status, reply.header('retry-after'), error.retry_after]).toEqual([429, '3600', 3600]);
    expect(error.message).toContain('Quota used up');
    expect(error.message).toMatch(/\b(1 hour|60 minutes|60 min|1 h|3,?600 s(econds)?)\b/);
    expect([hop.upstream.requests.length, hop.clock.slept]).toEqual([1, []]);
  });
});

describe('an answer that is bad although its status is 200', () => {
  test.each<[string, Answer]>([
    ['an error object', json({ error: { message: 'The model is overloaded', code: 503 } })],
    ['an error as text', json({ error: 'The model is overloaded' })],
    ['an empty text', json(completion(''))],
    ['white space only', json(completion(' \n '))],
    ['null for a text', json(completionOf({ role: 'assistant', content: null }))],
    ['no choices', json({ id: 'x', object: 'chat.completion', choices: [] })],
    ['an empty body', sized('', 'application/json')],
    ['JSON that breaks off', sized('{"choices":[{"message":', 'application/json')],
    ['a page of HTML', sized('<!DOCTYPE html><title>Welcome</title>', 'text/html')],
    ['JSON of another kind', json('[1,2,3]')],
  ])('%s: the request is sent again', async (_name, bad) => {
    const hop = await startHop({ answers: [bad, good] });
    expect((await ask(hop)).text).toBe(completion('Hello at last.'));
    expect([hop.upstream.requests.length, hop.clock.slept]).toEqual([2, [1_000]]);
  });
});

describe('a connection that breaks', () => {
  test.each<[string, Answer]>([
    ['before the headers', closesBeforeHeaders],
    ['in the body', halfABody],
    ['because the other side does not speak HTTP', notHttp],
  ])('%s: the request is sent again', async (_name, bad) => {
    const hop = await startHop({ answers: [bad, good] });
    expect((await ask(hop)).text).toBe(completion('Hello at last.'));
    expect(hop.upstream.requests).toHaveLength(2);
  });
});

test('a rule may judge a reply by another status: a 200 that says overloaded is retried', async () => {
  const rules = [
    { pattern: 'the model is OVERLOADED', original_status: 200, new_status: 429, description: 'Google' },
  ];
  const config = {
    response_parsing: { status_recategorization: { rules } },
    error_handling: { max_retries: 1 },
  };
  const overloaded = json({ error: { message: 'Sorry: The model is overloaded.' } });
  const hop = await startHop({ answers: [overloaded, good, overloaded], config });
  expect((await ask(hop)).text).toBe(completion('Hello at last.'));
  const reply = await ask(hop);
  expect([reply.status, errorIn(reply).type]).toEqual([429, 'rate_limit_error']);
  expect(hop.logged.filter((line) => line.includes('200') && line.includes('429')).join('\n')).toContain(
    'Google',
  );
});

test('a rule may make a status retryable that is not', async () => {
  const rules = [{ pattern: 'temporar(y|ily)', original_status: 400, new_status: 503 }];
  const config = { response_parsing: { status_recategorization: { rules } } };
  const hop = await startHop({ answers: [failure(400, 'Temporarily out of tokens'), good], config });
  expect((await ask(hop)).text).toBe(completion('Hello at last.'));
  expect(hop.clock.slept).toEqual([1_000]);
});

test('but a rule never looks at a good reply', async () => {
  const rules = [{ pattern: 'overloaded', original_status: 200, new_status: 429 }];
  const config = { response_parsing: { status_recategorization: { rules } } };
  const answer = completion('"The model is overloaded," the wizard sighed.');
  const hop = await startHop({ answers: [json(answer)], config });
  expect((await ask(hop)).text).toBe(answer);
});
