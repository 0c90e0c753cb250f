// Streams that fail before they have said anything: nothing was shown, so the request is sent again unseen.
import { describe, expect, test } from 'vitest';
import { closesBeforeHeaders, cut, gate, json, reset, sized, sse, stall } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorIn, expectWholeStream } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completionStream,
  doneFrame,
  errorFrame,
  finishChunk,
  frame,
  reasoningChunk,
  roleChunk,
} from '../support/openai.ts';

const goodFrames = completionStream('Hello ', 'at last.');
const good = sse(goodFrames);

describe('the next attempt is all that the client sees after', () => {
  test.each<[string, Answer]>([
    ['an error event first', sse([errorFrame('Overloaded'), doneFrame])],
    ['an error event after a role', sse([roleChunk(), errorFrame('Overloaded'), doneFrame])],
    [
      'an error event of Anthropic',
      sse([
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      ]),
    ],
    [
      'an error beside choices',
      sse([frame({ error: { code: 429 }, choices: [{ delta: { content: '' }, finish_reason: 'error' }] })]),
    ],
    ['a JSON error instead of a stream', json({ error: { message: 'Overloaded' } })],
    ['a stream of nothing', sse([])],
    ['a stream of comments', sse([': OPENROUTER PROCESSING\n\n', ': OPENROUTER PROCESSING\n\n'])],
    ['a stream that is only over', sse([doneFrame])],
    ['a stream without any text', sse([roleChunk(), finishChunk(), doneFrame])],
    ['a stream of white space', sse([roleChunk(), chunk(' '), chunk('\n'), finishChunk(), doneFrame])],
    ['a page of HTML', sized('<html><body>Hi</body></html>', 'text/html')],
    ['a cut before the headers', closesBeforeHeaders],
    ['a cut after the headers', sse([cut])],
    ['a cut after a role', sse([roleChunk(), cut])],
    ['a reset after a role', sse([roleChunk(), reset])],
  ])('%s', async (_name, bad) => {
    const hop = await startHop({ answers: [bad, good] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(reply.text).toBe(goodFrames.join(''));
    expect([hop.upstream.requests.length, hop.clock.slept]).toEqual([2, [1_000]]);
  });
});

test('a stall after the headers: the attempt is given up and its connection closed', async () => {
  const hop = await startHop({ answers: [sse([roleChunk(), stall]), good] });
  const call = hop.chat({ stream: true });
  const first = await hop.upstream.request(1);
  await hop.clock.advanceUntil(hop.upstream.request(2));
  await first.closedByPeer;
  expect((await call.done).text).toBe(goodFrames.join(''));
});

test('comments do not count as content: after first_content the attempt is given up', async () => {
  const comments = Array.from({ length: 12 }, gate);
  const steps = comments.flatMap(({ opened }) => [opened, ': still here\n\n']);
  const hop = await startHop({ answers: [sse([...steps, stall]), good] });
  const call = hop.chat({ stream: true });
  await hop.upstream.request(1);
  const startMs = hop.clock.nowMs();
  const second = hop.upstream.request(2);
  for (const { open } of comments) {
    if (hop.upstream.requests.length > 1) break;
    await hop.clock.advance(30_000);
    open();
    await settle();
  }
  await hop.clock.advanceUntil(second);
  const waitedMs = hop.clock.nowMs() - startMs;
  expect(waitedMs).toBeGreaterThanOrEqual(300_000);
  expect(waitedMs).toBeLessThan(335_000);
  expect((await call.done).text).toBe(goodFrames.join(''));
});

test('a cut when there was only reasoning: a new attempt goes on in the same stream', async () => {
  const hop = await startHop({
    answers: [sse([reasoningChunk('Let me '), reasoningChunk('think'), cut]), good],
  });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(reasoningChunk('Let me ') + reasoningChunk('think') + goodFrames.join(''));
  expect(hop.upstream.requests).toHaveLength(2);
});

test('a stall when there was only reasoning: the same', async () => {
  const hop = await startHop({ answers: [sse([reasoningChunk('Let me think'), stall]), good] });
  const call = hop.chat({ stream: true });
  await call.until('Let me think');
  const reply = await hop.clock.advanceUntil(call.done);
  expect(reply.text).toBe(reasoningChunk('Let me think') + goodFrames.join(''));
});

test('reasoning that ends without an answer is an empty reply: a new attempt follows', async () => {
  const hop = await startHop({ answers: [sse([reasoningChunk('Hm'), finishChunk(), doneFrame]), good] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toContain(goodFrames.join(''));
});

test('when no attempt ever says anything, the client gets an error status and no stream', async () => {
  const hop = await startHop({ answers: [sse([doneFrame])], config: { error_handling: { max_retries: 1 } } });
  const reply = await askForStream(hop);
  expect([reply.status, errorIn(reply).type]).toEqual([502, 'empty_reply_error']);
});
