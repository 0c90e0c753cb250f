// A stream that works: frames arrive as they come, with their own bytes, and the end is always marked.
import { expect, test } from 'vitest';
import { gate, http, sse, stall } from '../support/answers.ts';
import { expectWholeStream, textOf } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completionStream,
  doneFrame,
  finishChunk,
  frame,
  reasoningChunk,
  roleChunk,
  toolCallChunk,
} from '../support/openai.ts';

test('a stream arrives with the very bytes the upstream sent', async () => {
  const frames = completionStream('Hel', 'lo, ', 'traveller.');
  const hop = await startHop({ answers: [sse(frames)] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(frames.join(''));
  expect(textOf(reply)).toBe('Hello, traveller.');
  expect(hop.upstream.requests).toHaveLength(1);
});

test('comments, field names, odd spacing and line ends are kept', async () => {
  const bodies = [
    ': OPENROUTER PROCESSING\n\n',
    'event: message\nid: 7\ndata:{"choices":[{"index":0,"delta":{"content":"Grüße "}}]}\n\n',
    'data:   {"seed": 12345678901234567890, "choices":[ {"delta":{"content":"🎭"}} ] }\r\n\r\n',
    ':\n\n',
    'data: {"choices":[],\ndata: "usage":{"total_tokens":3}}\n\n',
    ': keep-alive\ndata: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  ];
  const hop = await startHop({ answers: [sse([...bodies, doneFrame])] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(bodies.join('') + doneFrame);
});

test('it makes no difference where the bytes were cut on their way', async () => {
  const whole = Buffer.from(
    [roleChunk(), chunk('Grüße 🎭'), ': hm\r\n\r\n', finishChunk(), doneFrame].join(''),
  );
  const singleBytes = Array.from(whole, (_byte, index) => whole.subarray(index, index + 1));
  const hop = await startHop({ answers: [sse(singleBytes)] });
  const reply = await askForStream(hop);
  expect(reply.text).toBe(whole.toString());
});

test('each frame is passed on before the next is sent', async () => {
  const [second, third] = [gate(), gate()];
  const hop = await startHop({
    answers: [
      sse([
        roleChunk(),
        chunk('one'),
        second.opened,
        chunk('two'),
        third.opened,
        chunk('three'),
        finishChunk(),
        doneFrame,
      ]),
    ],
  });
  const call = hop.chat({ stream: true });
  await call.until('one');
  expect(call.received()).toBe(roleChunk() + chunk('one'));
  second.open();
  await call.until('two');
  expect(call.received()).toBe(roleChunk() + chunk('one') + chunk('two'));
  third.open();
  expectWholeStream(await call.done);
});

test('nothing is said before there is something to say, not even the status', async () => {
  const more = gate();
  const hop = await startHop({
    answers: [sse([': wait\n\n', roleChunk(), more.opened, ...completionStream('Hi')])],
  });
  const call = hop.chat({ stream: true });
  const seen = { status: 0 };
  const watch = async (): Promise<void> => {
    seen.status = await call.status;
  };
  const watched = watch();
  await hop.upstream.request(1);
  await settle(300);
  expect([seen.status, call.received()]).toEqual([0, '']);
  more.open();
  await watched;
  expect(seen.status).toBe(200);
  expectWholeStream(await call.done);
});

test.each([
  ['reasoning', reasoningChunk('Let me think')],
  ['a tool call', toolCallChunk('roll_dice')],
])('%s counts as something', async (_name, first) => {
  const more = gate();
  const hop = await startHop({
    answers: [sse([first, more.opened, chunk('So.'), finishChunk(), doneFrame])],
  });
  const call = hop.chat({ stream: true });
  await call.until(first);
  more.open();
  expect((await call.done).text).toBe(first + chunk('So.') + finishChunk() + doneFrame);
});

test('a stream of nothing but a tool call is whole', async () => {
  const frames = [roleChunk(), toolCallChunk('roll_dice'), finishChunk('tool_calls'), doneFrame];
  const hop = await startHop({ answers: [sse(frames)] });
  expect((await askForStream(hop)).text).toBe(frames.join(''));
});

test('the reply ends at [DONE], though the upstream leaves its connection open', async () => {
  const hop = await startHop({ answers: [sse([...completionStream('Hi'), stall])] });
  expectWholeStream(await askForStream(hop));
});

test('[DONE] is always sent, though an upstream never marks its ends', async () => {
  const hop = await startHop({ answers: [sse([roleChunk(), chunk('Hi')])] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(roleChunk() + chunk('Hi') + doneFrame);
});

test('a last event without its blank line is closed, so that its text is not lost', async () => {
  const hop = await startHop({ answers: [sse([chunk('Hel'), finishChunk() + chunk('lo').trimEnd()])] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Hello');
});

test.each([
  ['an empty data line', 'data:\n\n'],
  ['an empty data line with a space', 'data: \n\n'],
  ['data that is no JSON', 'data: ping\n\n'],
  ['a comment that spells data', ':data: hello\n\n'],
])('%s would break SillyTavern and is dropped', async (_name, odd) => {
  const hop = await startHop({ answers: [sse([chunk('Hel'), odd, chunk('lo'), finishChunk(), doneFrame])] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(chunk('Hel') + chunk('lo') + finishChunk() + doneFrame);
});

test('a stream under a wrong label is a stream all the same', async () => {
  const frames = completionStream('Hi');
  const hop = await startHop({ answers: [http(['content-type', 'text/plain'], frames)] });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(reply.text).toBe(frames.join(''));
});

test('an error field of null in every chunk is no error', async () => {
  const frames = [
    frame({ error: null, choices: [{ index: 0, delta: { content: 'Hi' } }] }),
    finishChunk(),
    doneFrame,
  ];
  const hop = await startHop({ answers: [sse(frames)] });
  expect((await askForStream(hop)).text).toBe(frames.join(''));
});
