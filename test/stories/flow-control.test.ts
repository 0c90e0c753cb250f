// Who is slow slows down the other side instead of filling the memory between them.
import { expect, test } from 'vitest';
import { repeat, sse } from '../support/answers.ts';
import { expectWholeStream } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { startHop } from '../support/harness.ts';
import { chunk, doneFrame, finishChunk } from '../support/openai.ts';
import type { ReceivedRequest } from '../support/scripted-upstream.ts';

const PIECE = chunk('x'.repeat(50_000));
const PIECES = 1_000;
/** What the sockets of two loopback connections hold by themselves, generously; the stream is twice as long. */
const BOUND_BYTES = 25_000_000;

/** Waits until the upstream could not send anything more for a good while. */
async function whenStuck(request: ReceivedRequest): Promise<void> {
  for (let before = -1; before !== request.bytesWritten;) {
    before = request.bytesWritten;
    await settle(500);
  }
}

test('a client that does not read holds the upstream back, and loses nothing', async () => {
  const hop = await startHop({ answers: [sse([repeat(PIECE, PIECES), finishChunk(), doneFrame])] });
  const call = hop.chat({ stream: true }, { paused: true });
  await call.status;
  const request = await hop.upstream.request(1);
  await whenStuck(request);
  expect(request.bytesWritten).toBeGreaterThan(0);
  expect(request.bytesWritten).toBeLessThan(BOUND_BYTES);
  call.resume();
  const reply = await call.done;
  expectWholeStream(reply);
  expect(reply.body.length).toBe(PIECE.length * PIECES + finishChunk().length + doneFrame.length);
});

test('a client that does not read is not taken for an upstream that stalls', async () => {
  const hop = await startHop({ answers: [sse([repeat(PIECE, PIECES), finishChunk(), doneFrame])] });
  const call = hop.chat({ stream: true }, { paused: true });
  await call.status;
  await whenStuck(await hop.upstream.request(1));
  await hop.clock.advance(300_000);
  call.resume();
  expectWholeStream(await call.done);
});
