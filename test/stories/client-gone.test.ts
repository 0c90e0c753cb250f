// The user presses Stop or closes the page: at whatever point, the upstream is let go at once and nothing is tried
// again. The closing connection is the only sign a client gives.
import { describe, expect, test } from 'vitest';
import { failure, http, json, neverAnswers, sse, stall } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, chatBody, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { chunk, completion, reasoningChunk, roleChunk } from '../support/openai.ts';

/** Long enough for every backoff and timeout there is. */
const AN_AGE_MS = 2_000_000;

async function expectLeftAlone(hop: Hop, requests: number): Promise<void> {
  await settle();
  await hop.clock.advance(AN_AGE_MS);
  expect(hop.upstream.requests).toHaveLength(requests);
}

async function startHeld(answers: readonly Answer[]): Promise<Hop> {
  const hop = await startHop({ answers });
  hop.clock.holdSleeps = true;
  return hop;
}

describe.each([
  ['plain', false],
  ['stream', true],
])('%s', (_name, stream) => {
  test('before the first byte', async () => {
    const hop = await startHeld([neverAnswers]);
    const call = hop.chat({ stream });
    const request = await hop.upstream.request(1);
    call.abort();
    await request.closedByPeer;
    await expectLeftAlone(hop, 1);
  });

  test('in a backoff: the wait ends at once', async () => {
    const hop = await startHeld([failure(503, 'Busy')]);
    const call = hop.chat({ stream });
    await hop.clock.whenWaiting(1_000);
    call.abort();
    await settle();
    expect(hop.clock.waiting()).not.toContain(1_000);
    await expectLeftAlone(hop, 1);
  });

  test('in the second attempt', async () => {
    const hop = await startHop({ answers: [failure(503, 'Busy'), neverAnswers] });
    const call = hop.chat({ stream });
    const second = await hop.upstream.request(2);
    call.abort();
    await second.closedByPeer;
    await expectLeftAlone(hop, 2);
  });
});

test('while the body of a plain answer arrives', async () => {
  const half = http(['content-type', 'application/json'], ['{"id":', stall]);
  const hop = await startHeld([half]);
  const call = hop.chat();
  const request = await hop.upstream.request(1);
  await settle();
  call.abort();
  await request.closedByPeer;
  await expectLeftAlone(hop, 1);
});

test.each([
  ['a role only, so that nothing was shown yet', roleChunk()],
  ['a comment only', ': OPENROUTER PROCESSING\n\n'],
])('in the opening of a stream: %s', async (_name, first) => {
  const hop = await startHeld([sse([first, stall])]);
  const call = hop.chat({ stream: true });
  const request = await hop.upstream.request(1);
  await settle();
  call.abort();
  await request.closedByPeer;
  await expectLeftAlone(hop, 1);
});

test.each([
  ['text', chunk('Once')],
  ['reasoning', reasoningChunk('Hm')],
])('in a stream that shows %s', async (_name, first) => {
  const hop = await startHeld([sse([first, stall])]);
  const call = hop.chat({ stream: true });
  await call.until(first);
  call.abort();
  await (
    await hop.upstream.request(1)
  ).closedByPeer;
  await expectLeftAlone(hop, 1);
});

test('in the backoff after reasoning was shown', async () => {
  const hop = await startHeld([sse([reasoningChunk('Hm')])]);
  const call = hop.chat({ stream: true });
  await call.until('Hm');
  await hop.clock.whenWaiting(1_000);
  call.abort();
  await expectLeftAlone(hop, 1);
});

test('in the middle of an upload: nothing is forwarded', async () => {
  const hop = await startHeld([json(completion('Hi'))]);
  const headers = { 'content-type': 'application/json', 'content-length': '5000' };
  const call = hop.client.call('/v1/chat/completions', { method: 'POST', headers, slowUpload: true });
  call.upload(chatBody());
  await settle();
  call.abort();
  await expectLeftAlone(hop, 0);
});

test('the next request of another client is served as if nothing had been', async () => {
  const hop = await startHop({ answers: [sse([chunk('Once'), stall]), json(completion('Hi'))] });
  const call = hop.chat({ stream: true });
  await call.until('Once');
  call.abort();
  expect((await ask(hop)).text).toBe(completion('Hi'));
});
