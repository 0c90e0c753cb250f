// Failures that stay: the user is told what happened, after how many attempts, and what the upstream said.
import { describe, expect, test } from 'vitest';
import { failure, json, neverAnswers, sized, sse } from '../support/answers.ts';
import { errorAtEndOf, errorIn } from '../support/expectations.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completion,
  doneFrame,
  errorFrame,
  finishChunk,
  reasoningChunk,
  roleChunk,
} from '../support/openai.ts';

const twoRetries = { error_handling: { max_retries: 2 } };

test('every retry exhausted: status, words and count of the last failure', async () => {
  const hop = await startHop({ answers: [failure(500, 'The dragon ate the server')], config: twoRetries });
  const reply = await ask(hop);
  const error = errorIn(reply);
  expect([reply.status, error.type]).toEqual([500, 'upstream_error']);
  expect(error.message).toContain('The dragon ate the server');
  expect(error.message).toMatch(/\b(3|three) (times|attempts)\b/);
  expect(hop.upstream.requests).toHaveLength(3);
  expect(hop.clock.slept).toEqual([1_000, 2_000]);
});

test('an error event first that no retry mends is told at once, with its status', async () => {
  const hop = await startHop({ answers: [sse([errorFrame('No such key', { code: 401 }), doneFrame])] });
  const reply = await askForStream(hop);
  expect([reply.status, hop.upstream.requests.length, hop.clock.slept]).toEqual([401, 1, []]);
  expect(errorIn(reply).message).toContain('No such key');
});

test('the same for a stream of which nothing was shown: an error status, no stream', async () => {
  const hop = await startHop({ answers: [failure(503, 'Busy')], config: twoRetries });
  const reply = await askForStream(hop);
  expect([reply.status, errorIn(reply).type]).toEqual([503, 'upstream_error']);
});

test('by default ten retries follow the first attempt', async () => {
  const hop = await startHop({ answers: [failure(429, 'Slow down')] });
  const reply = await ask(hop);
  expect([reply.status, errorIn(reply).type]).toEqual([429, 'rate_limit_error']);
  expect(hop.upstream.requests).toHaveLength(11);
});

test('no new attempt begins after max_elapsed', async () => {
  const config = { error_handling: { max_elapsed: 5 } };
  const hop = await startHop({ answers: [failure(503, 'Busy')], config });
  errorIn(await ask(hop));
  expect(hop.clock.slept).toEqual([1_000, 2_000]);
  expect(hop.upstream.requests).toHaveLength(3);
});

test('attempts that may have cost money can be limited on their own', async () => {
  const config = { error_handling: { max_maybe_billed: 1 } };
  const hop = await startHop({
    answers: [failure(429, 'Slow down'), json(completion('')), json(completion(''))],
    config,
  });
  expect(errorIn(await ask(hop)).type).toBe('empty_reply_error');
  expect(hop.upstream.requests.length).toBeLessThanOrEqual(3);
});

test.each([400, 401, 403, 402, 418, 422, 501])('%s is told at once', async (status) => {
  const hop = await startHop({
    answers: [failure(status, 'No, thank you'), json(completion('Never asked for'))],
  });
  const reply = await ask(hop);
  expect([reply.status, hop.upstream.requests.length, hop.clock.slept]).toEqual([status, 1, []]);
  expect(errorIn(reply).message).toContain('No, thank you');
});

test.each([
  ['plain', false],
  ['stream', true],
])('404 is tried twice more with half the wait (%s)', async (_name, stream) => {
  const hop = await startHop({ answers: [failure(404, 'No such model')] });
  const reply = await ask(hop, { stream });
  expect([reply.status, hop.upstream.requests.length, hop.clock.slept]).toEqual([404, 3, [500, 1_000]]);
  expect(errorIn(reply).message).toContain('No such model');
});

test('404 is told at once when conditional retries are off', async () => {
  const config = { error_handling: { conditional_retry_enabled: false } };
  const hop = await startHop({ answers: [failure(404, 'No such model')], config });
  expect([(await ask(hop)).status, hop.upstream.requests.length]).toEqual([404, 1]);
});

test.each([
  ['an empty reply', json(completion('')), 502, 'empty_reply_error'],
  ['an empty body', sized('', 'application/json'), 502, undefined],
  ['a page of HTML', sized('<html><body>Hi</body></html>', 'text/html'), 502, 'upstream_error'],
  [
    'an error in a 200 with its own status',
    json({ error: { message: 'M', code: 429 } }),
    429,
    'rate_limit_error',
  ],
  ['an error in a 200 without one', json({ error: { message: 'M', code: 'odd' } }), 502, 'upstream_error'],
])('%s to the last is a %s', async (_name, answer, status, type) => {
  const hop = await startHop({ answers: [answer], config: twoRetries });
  const reply = await ask(hop);
  expect(reply.status).toBe(status);
  const error = errorIn(reply);
  if (type !== undefined) expect(error.type).toBe(type);
  expect(hop.upstream.requests).toHaveLength(3);
});

describe('an empty reply that no retry can mend is told at once', () => {
  test.each([
    ['content_filter', /filter|block/i],
    ['length', /length|max_tokens/i],
  ])('%s, with words for it', async (finishReason, words) => {
    const hop = await startHop({ answers: [json(completion('', finishReason))] });
    expect(errorIn(await ask(hop)).message).toMatch(words);
    expect(hop.upstream.requests).toHaveLength(1);
  });

  test.each([
    ['content_filter', /filter|block/i],
    ['length', /length|max_tokens/i],
  ])('%s in a stream', async (finishReason, words) => {
    const hop = await startHop({ answers: [sse([roleChunk(), finishChunk(finishReason), doneFrame])] });
    expect(errorIn(await askForStream(hop)).message).toMatch(words);
    expect(hop.upstream.requests).toHaveLength(1);
  });
});

test('when reasoning has been shown, the last failure ends the stream in words', async () => {
  const hop = await startHop({
    answers: [sse([reasoningChunk('Hm'), errorFrame('Out of ideas')])],
    config: twoRetries,
  });
  expect(errorAtEndOf(await askForStream(hop)).message).toContain('Out of ideas');
  expect(hop.upstream.requests).toHaveLength(3);
});

test('words in any language reach the user; the reason phrase holds what HTTP can carry', async () => {
  const hop = await startHop({ answers: [failure(400, '当前分组上游负载已饱和\r\nX-Evil: 1')] });
  const reply = await ask(hop);
  expect(errorIn(reply).message).toContain('当前分组上游负载已饱和');
  expect(reply.header('x-evil')).toBeUndefined();
});

test('a long story is cut for the reason phrase, not in the message', async () => {
  const hop = await startHop({ answers: [failure(400, 'word '.repeat(100).trim())] });
  const reply = await ask(hop);
  expect(errorIn(reply).message).toContain('word '.repeat(100).trim());
  expect(reply.reason.length).toBeLessThanOrEqual(200);
});

test('markup is removed from what the upstream said', async () => {
  const html =
    '<!DOCTYPE html><html><head><title>x.com | 524: A timeout occurred</title><style>b{}</style></head><body><b>Sorry</b></body></html>';
  const hop = await startHop({ answers: [sized(html, 'text/html', { status: 524 })], config: twoRetries });
  const reply = await ask(hop);
  expect([reply.status, errorIn(reply).message.includes('<')]).toEqual([524, false]);
});

describe('hard stop: what no retry can mend', () => {
  const rule = {
    pattern: 'insufficient (funds|balance)',
    description: 'No money',
    user_message: 'Top up your account.',
  };
  const withRule = (fields: object = {}): object => ({
    hard_stop_conditions: { rules: [{ ...rule, ...fields }] },
  });
  const upstreamSaid = { error: { message: 'Insufficient balance!', code: 'broke', seed: 1 } };

  test.each([
    [429, 400, 'clients retry 429 by themselves'],
    [500, 400, 'not a fault of the server'],
    [402, 402, 'clients do not retry it'],
    [200, 400, 'an error in a 200'],
  ])('%s becomes %s (%s), in the documented shape, at once', async (status, expected) => {
    const hop = await startHop({
      answers: [json(upstreamSaid, { status })],
      config: { error_handling: withRule() },
    });
    const reply = await ask(hop);
    errorIn(reply);
    expect([reply.status, hop.upstream.requests.length]).toEqual([expected, 1]);
    expect(reply.json).toEqual({
      error: {
        message: 'Top up your account.',
        type: 'hard_stop_error',
        code: 'hard_stop_condition_met',
        original_response: upstreamSaid,
        hard_stop_rule: { pattern: rule.pattern, description: rule.description },
      },
    });
  });

  test("the upstream's answer may be kept back, and its own words kept", async () => {
    const config = {
      error_handling: withRule({ preserve_original_response: false, add_user_message: false }),
    };
    const hop = await startHop({ answers: [json(upstreamSaid, { status: 429 })], config });
    const error = errorIn(await ask(hop));
    expect(error).not.toHaveProperty('original_response');
    expect(error.message).toContain('Insufficient balance!');
  });

  test('an answer that is no JSON is kept as text', async () => {
    const answer = sized('insufficient funds', 'text/plain', { status: 500 });
    const hop = await startHop({ answers: [answer], config: { error_handling: withRule() } });
    expect(errorIn(await ask(hop))['original_response']).toBe('insufficient funds');
  });

  test('a good reply is never matched', async () => {
    const text = completion('"Insufficient funds," said the innkeeper.');
    const hop = await startHop({ answers: [json(text)], config: { error_handling: withRule() } });
    expect((await ask(hop)).text).toBe(text);
  });

  test('it also stops a stream that begins with the error', async () => {
    const hop = await startHop({
      answers: [sse([errorFrame('Insufficient funds'), doneFrame])],
      config: { error_handling: withRule() },
    });
    const reply = await askForStream(hop);
    expect([errorIn(reply).type, reply.status, hop.upstream.requests.length]).toEqual([
      'hard_stop_error',
      400,
      1,
    ]);
  });

  test('and one that has shown text ends with its words', async () => {
    const hop = await startHop({
      answers: [sse([chunk('Once upon'), errorFrame('Insufficient funds'), doneFrame])],
      config: { error_handling: withRule() },
    });
    expect(errorAtEndOf(await askForStream(hop)).message).toContain('Top up your account.');
  });
});

test('a timeout to the last is a 504', async () => {
  const hop = await startHop({ answers: [neverAnswers], config: { error_handling: { max_retries: 0 } } });
  const reply = await hop.clock.advanceUntil(ask(hop));
  expect([reply.status, errorIn(reply).type]).toEqual([504, 'timeout_error']);
});
