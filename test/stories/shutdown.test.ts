// Shutting down: running replies finish, new requests are not taken, and nobody can hold it up for ever.
import { expect, test } from 'vitest';
import { failure, gate, json, neverAnswers, sse, stall } from '../support/answers.ts';
import { errorAtEndOf, errorIn, expectWholeStream } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { chunk, completion, doneFrame, finishChunk } from '../support/openai.ts';
import { createClient } from '../support/client.ts';

const GRACE_MS = 30_000;

/** Over, though the client keeps its idle connection open, and without the clock's having to move. */
async function expectOverAtOnce(hop: Hop, stopped: Promise<void>): Promise<void> {
  const startMs = hop.clock.nowMs();
  // Only files are waited for: a clock that stands still must be enough.
  await stopped;
  expect(hop.clock.nowMs() - startMs).toBe(0);
}

test('a running stream finishes; a new connection is refused; then it is over', async () => {
  const more = gate();
  const hop = await startHop({
    answers: [sse([chunk('Once'), more.opened, chunk(' upon'), finishChunk(), doneFrame])],
  });
  hop.clock.holdSleeps = true;
  const call = hop.chat({ stream: true });
  await call.until('Once');
  const stopped = hop.stop();
  await settle();
  await expect(createClient(hop.url).get('/health')).rejects.toThrow('ECONNREFUSED');
  more.open();
  expectWholeStream(await call.done);
  await expectOverAtOnce(hop, stopped);
});

test('a running plain request finishes', async () => {
  const late = gate();
  const hop = await startHop({ answers: [json(completion('Hi'), { after: late.opened })] });
  hop.clock.holdSleeps = true;
  const asked = ask(hop);
  await hop.upstream.request(1);
  const stopped = hop.stop();
  await settle();
  late.open();
  expect((await asked).text).toBe(completion('Hi'));
  await expectOverAtOnce(hop, stopped);
});

test('idle connections that clients keep open do not hold it up', async () => {
  const hop = await startHop({ answers: [json(completion('Hi'))] });
  await ask(hop);
  hop.clock.holdSleeps = true;
  await expectOverAtOnce(hop, hop.stop());
});

test('after the grace a stream that has shown text ends in words', async () => {
  const hop = await startHop({
    answers: [sse([chunk('Once'), stall])],
    config: { target_proxy: { timeout: 500 } },
  });
  hop.clock.holdSleeps = true;
  const call = hop.chat({ stream: true });
  await call.until('Once');
  const startMs = hop.clock.nowMs();
  await hop.clock.advanceUntil(hop.stop());
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(GRACE_MS + 1_000);
  errorAtEndOf(await call.done);
  await (
    await hop.upstream.request(1)
  ).closedByPeer;
});

test.each([
  ['waits for its upstream', neverAnswers],
  ['waits in a backoff', failure(503, 'Busy', { headers: { 'retry-after': '59' } })],
])('after the grace a request that %s is told so', async (_name, answer) => {
  const hop = await startHop({ answers: [answer], config: { target_proxy: { timeout: 500 } } });
  hop.clock.holdSleeps = true;
  const asked = ask(hop);
  await hop.upstream.request(1);
  await settle();
  const startMs = hop.clock.nowMs();
  await hop.clock.advanceUntil(hop.stop());
  expect(hop.clock.nowMs() - startMs).toBeLessThanOrEqual(GRACE_MS + 1_000);
  const reply = await asked;
  expect(reply.status).toBeGreaterThanOrEqual(500);
  errorIn(reply);
});
