// Streams that fail when text has been shown: what is shown stays, words say what happened, and the end is clean.
import { expect, test } from 'vitest';
import { cut, gate, http, reset, sse, stall } from '../support/answers.ts';
import type { Step } from '../support/answers.ts';
import { errorAtEndOf, expectWholeStream, textOf } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completionStream,
  doneFrame,
  errorFrame,
  finishChunk,
  frame,
  roleChunk,
  toolCallChunk,
} from '../support/openai.ts';

/** These stories are about breaks themselves; how they are mended is rescue.test.ts. */
const asItComes = { streaming: { rescue: { enabled: false } } };
const begun = [roleChunk(), chunk('Once upon '), chunk('a time')];

test('a cut after text: the text, an error frame, [DONE], a clean end; nothing is asked twice', async () => {
  const hop = await startHop({ answers: [sse([...begun, cut])], config: asItComes });
  const reply = await askForStream(hop);
  errorAtEndOf(reply);
  expect(reply.text.startsWith(begun.join(''))).toBe(true);
  expect(textOf(reply)).toBe('Once upon a time');
  expect([hop.upstream.requests.length, hop.clock.slept]).toEqual([1, []]);
});

test('a reset after text: the same', async () => {
  const seen = gate();
  const hop = await startHop({ answers: [sse([...begun, seen.opened, reset])], config: asItComes });
  const call = hop.chat({ stream: true });
  await call.until('a time');
  seen.open();
  errorAtEndOf(await call.done);
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a cut inside a frame: the half frame is never shown', async () => {
  const hop = await startHop({
    answers: [sse([...begun, chunk('and there').slice(0, -20), cut])],
    config: asItComes,
  });
  const reply = await askForStream(hop);
  errorAtEndOf(reply);
  expect(textOf(reply)).toBe('Once upon a time');
});

test('fewer bytes than promised: the same', async () => {
  const headers = ['content-type', 'text/event-stream', 'content-length', '100000'];
  const hop = await startHop({ answers: [http(headers, [...begun, cut])], config: asItComes });
  const reply = await askForStream(hop);
  errorAtEndOf(reply);
  expect(textOf(reply)).toBe('Once upon a time');
});

test('a stall after text: given up when the idle clock runs out, the connection closed', async () => {
  const hop = await startHop({ answers: [sse([...begun, stall])], config: asItComes });
  const call = hop.chat({ stream: true });
  await call.until('a time');
  await settle();
  const startMs = hop.clock.nowMs();
  const reply = await hop.clock.advanceUntil(call.done);
  errorAtEndOf(reply);
  expect(textOf(reply)).toBe('Once upon a time');
  const waitedMs = hop.clock.nowMs() - startMs;
  expect(waitedMs).toBeGreaterThanOrEqual(59_000);
  expect(waitedMs).toBeLessThanOrEqual(121_000);
  await (
    await hop.upstream.request(1)
  ).closedByPeer;
  expect(hop.upstream.requests).toHaveLength(1);
});

test('comments show that an upstream lives: the idle clock begins anew', async () => {
  const comments = Array.from({ length: 5 }, gate);
  const steps = comments.flatMap(({ opened }) => [opened, ': still here\n\n']);
  const hop = await startHop({
    answers: [sse([...begun, ...steps, chunk(', yes'), finishChunk(), doneFrame])],
  });
  const call = hop.chat({ stream: true });
  await call.until('a time');
  for (const { open } of comments) {
    await hop.clock.advance(50_000);
    open();
    await settle();
  }
  const reply = await call.done;
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Once upon a time, yes');
});

test('no attempt lasts longer than total, however much it says', async () => {
  const pieces = Array.from({ length: 30 }, gate);
  const steps: Step[] = pieces.flatMap(({ opened }, index) => [opened, chunk(` and ${index}`)]);
  const hop = await startHop({ answers: [sse([...begun, ...steps, stall])], config: asItComes });
  const call = hop.chat({ stream: true });
  const done = { reply: false };
  call.done.finally(() => (done.reply = true)).catch(() => undefined);
  await call.until('a time');
  const startMs = hop.clock.nowMs();
  for (const { open } of pieces) {
    if (done.reply) break;
    await hop.clock.advance(40_000);
    open();
    await settle();
  }
  errorAtEndOf(await call.done);
  const lastedMs = hop.clock.nowMs() - startMs;
  expect(lastedMs).toBeGreaterThanOrEqual(880_000);
  expect(lastedMs).toBeLessThanOrEqual(960_000);
});

test.each([
  ['as OpenAI sends it', errorFrame('The server had an error')],
  [
    'with its numbers',
    errorFrame('The server had an error', { code: 429, metadata: { error_type: 'rate_limit_exceeded' } }),
  ],
  [
    'as a bare string, for which SillyTavern would show "OK"',
    'data: {"error":"The server had an error"}\n\n',
  ],
  [
    'beside choices',
    frame({
      error: { message: 'The server had an error' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    }),
  ],
])('an error event after text, %s: told in our shape', async (_name, errorEvent) => {
  const hop = await startHop({ answers: [sse([...begun, errorEvent, doneFrame])], config: asItComes });
  const reply = await askForStream(hop);
  expect(errorAtEndOf(reply).message).toContain('The server had an error');
  expect(textOf(reply)).toBe('Once upon a time');
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a cut after a tool call has begun: told, not tried again', async () => {
  const hop = await startHop({
    answers: [sse([roleChunk(), toolCallChunk('roll_dice'), cut])],
    config: asItComes,
  });
  errorAtEndOf(await askForStream(hop));
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a bare end is a cut when this upstream has marked its ends before', async () => {
  const hop = await startHop({ answers: [sse(completionStream('Fine')), sse(begun)], config: asItComes });
  expectWholeStream(await askForStream(hop));
  const reply = await askForStream(hop);
  errorAtEndOf(reply);
  expect(textOf(reply)).toBe('Once upon a time');
});

test('a finish_reason marks the end too: no [DONE] is missed', async () => {
  const hop = await startHop({
    answers: [sse(completionStream('Fine')), sse([...begun, finishChunk()])],
    config: asItComes,
  });
  await askForStream(hop);
  expectWholeStream(await askForStream(hop));
});

test('a cut after the finish_reason has lost nothing', async () => {
  const hop = await startHop({ answers: [sse([...begun, finishChunk(), cut])], config: asItComes });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Once upon a time');
});
