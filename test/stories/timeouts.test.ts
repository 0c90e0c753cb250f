// Upstreams that say nothing: each phase has its clock, and an attempt that runs out of one is followed by another.
import { expect, test } from 'vitest';
import { gate, http, json, neverAnswers, sse, stall } from '../support/answers.ts';
import { errorAtEndOf, errorIn, expectWholeStream } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import { chunk, completion, completionStream } from '../support/openai.ts';

const good = json(completion('Hello at last.'));

test.each([
  ['by default after 120 s', {}, 120_000],
  ['after target_proxy.timeout', { timeout: 30 }, 30_000],
  ['after target_proxy.timeout.first_byte', { timeout: { first_byte: 45 } }, 45_000],
])('no first byte: a new attempt %s', async (_name, target_proxy, afterMs) => {
  const hop = await startHop({ answers: [neverAnswers, good], config: { target_proxy } });
  hop.clock.holdSleeps = true;
  const call = hop.chat();
  const first = await hop.upstream.request(1);
  await settle();
  const startMs = hop.clock.nowMs();
  await hop.clock.advanceUntil(hop.clock.whenWaiting(1_000));
  expect(hop.clock.nowMs() - startMs).toBe(afterMs);
  await first.closedByPeer;
  const reply = await hop.clock.advanceUntil(call.done);
  expect(reply.text).toBe(completion('Hello at last.'));
});

test('an answer that comes in time is waited for, however slow', async () => {
  const late = gate();
  const hop = await startHop({ answers: [json(completion('Slowly.'), { after: late.opened })] });
  const asked = ask(hop);
  await hop.upstream.request(1);
  await hop.clock.advance(119_000);
  late.open();
  expect((await asked).text).toBe(completion('Slowly.'));
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a plain answer that stops half-way is given up after idle', async () => {
  const half = http(['content-type', 'application/json'], ['{"id":', stall]);
  const hop = await startHop({ answers: [half, good] });
  const asked = ask(hop);
  await hop.upstream.request(1);
  await settle();
  const startMs = hop.clock.nowMs();
  await hop.clock.advanceUntil(hop.upstream.request(2));
  const waitedMs = hop.clock.nowMs() - startMs;
  expect(waitedMs).toBeGreaterThanOrEqual(60_000);
  expect(waitedMs).toBeLessThanOrEqual(62_000);
  expect((await asked).text).toBe(completion('Hello at last.'));
});

test('a configured timeout holds between the bytes of a stream too', async () => {
  const config = { target_proxy: { timeout: 20 }, streaming: { rescue: { enabled: false } } };
  const hop = await startHop({ answers: [sse([chunk('Once'), stall])], config });
  const call = hop.chat({ stream: true });
  await call.until('Once');
  await settle();
  const startMs = hop.clock.nowMs();
  errorAtEndOf(await hop.clock.advanceUntil(call.done));
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(41_000);
});

test('timeouts to the last: 504, with words', async () => {
  const config = { error_handling: { max_retries: 2 }, target_proxy: { timeout: 30 } };
  const hop = await startHop({ answers: [neverAnswers], config });
  const reply = await hop.clock.advanceUntil(ask(hop));
  const error = errorIn(reply);
  expect([reply.status, error.type]).toEqual([504, 'timeout_error']);
  expect(error.message).toMatch(/30 s/);
  expect(hop.upstream.requests).toHaveLength(3);
});

test('a stream that begins in the second attempt knows nothing of the first', async () => {
  const hop = await startHop({ answers: [neverAnswers, sse(completionStream('Hi'))] });
  const reply = await hop.clock.advanceUntil(askForStream(hop));
  expectWholeStream(reply);
  expect(reply.text).toBe(completionStream('Hi').join(''));
});
