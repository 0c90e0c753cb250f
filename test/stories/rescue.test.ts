// Streams that break off after their first words and are whole in the end: the rest is asked for and joined.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cut, failure, json, sse, stall } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorAtEndOf, expectWholeStream, textOf } from '../support/expectations.ts';
import { askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completion,
  completionStream,
  doneFrame,
  errorFrame,
  finishChunk,
  roleChunk,
  toolCallChunk,
} from '../support/openai.ts';

const SAID = 'Once upon a time there was a small';
const REST = ' fox who lived in the forest.';
const begun = (...end: readonly (typeof cut | string)[]): Answer =>
  sse([roleChunk(), chunk('Once upon a time'), chunk(' there was a small'), ...end]);
const rest = (...pieces: readonly string[]): Answer => sse(completionStream(...pieces));
const messagesOf = (body: Buffer): readonly unknown[] =>
  z.object({ messages: z.array(z.unknown()) }).parse(JSON.parse(body.toString())).messages;

describe('a stream that breaks off after its first words becomes a whole reply', () => {
  test.each([
    ['cut', begun(cut)],
    ['ended by an error event', begun(errorFrame('The server had an error'), doneFrame)],
  ])('%s', async (_how, broken) => {
    const hop = await startHop({ answers: [broken, rest(' fox who lived', ' in the forest.')] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
    expect(messagesOf((await hop.upstream.request(2)).body)).toEqual([
      ...messagesOf((await hop.upstream.request(1)).body),
      { role: 'assistant', content: SAID },
    ]);
  });

  test('stalled', async () => {
    const hop = await startHop({ answers: [begun(stall), rest(REST)] });
    const call = hop.chat({ stream: true });
    await call.until('small');
    await hop.clock.advanceUntil(call.done);
    expectWholeStream(await call.done);
    expect(textOf(await call.done)).toBe(SAID + REST);
  });

  test('ended without a mark, by an upstream that marks its ends', async () => {
    const hop = await startHop({ answers: [rest('Hello'), begun(), rest(REST)] });
    await askForStream(hop);
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
  });

  test('under one id, whatever the continuation calls itself', async () => {
    const other = completionStream(REST).map((text) => text.replaceAll('chatcmpl-1', 'chatcmpl-2'));
    const hop = await startHop({ answers: [begun(cut), sse(other)] });
    const reply = await askForStream(hop);
    expect(new Set(reply.text.match(/"id":"[^"]*"/g))).toEqual(new Set(['"id":"chatcmpl-1"']));
  });

  test('though it breaks off again and again', async () => {
    const hop = await startHop({
      answers: [
        begun(cut),
        sse([chunk(' fox who'), cut]),
        sse([chunk(' lived in'), cut]),
        rest(' the forest.'),
      ],
    });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
    expect(messagesOf((await hop.upstream.request(4)).body).at(-1)).toEqual({
      role: 'assistant',
      content: `${SAID} fox who lived in`,
    });
  });

  test('though the continuation is refused for a moment', async () => {
    const hop = await startHop({
      answers: [begun(cut), failure(429, 'slow down', { headers: { 'retry-after': '7' } }), rest(REST)],
    });
    const reply = await askForStream(hop);
    expect(textOf(reply)).toBe(SAID + REST);
    expect(hop.clock.slept).toEqual([1_000, 7_000]);
  });

  test('though the model refuses to go on with its own message; the next time it is asked the other way at once', async () => {
    const refusal = failure(400, 'This model does not support assistant message prefill.');
    const hop = await startHop({ answers: [begun(cut), refusal, rest(REST), begun(cut), rest(REST)] });
    for (const [reply, asked] of [
      [await askForStream(hop), 3],
      [await askForStream(hop), 5],
    ] as const) {
      expectWholeStream(reply);
      expect(textOf(reply)).toBe(SAID + REST);
      expect(messagesOf((await hop.upstream.request(asked)).body).slice(-2)).toMatchObject([
        { role: 'assistant', content: SAID },
        { role: 'user' },
      ]);
    }
    expect(hop.upstream.requests).toHaveLength(5);
  });

  test('without the words the continuation says again', async () => {
    const hop = await startHop({ answers: [begun(cut), rest('there was', ' a small', REST)] });
    expect(textOf(await askForStream(hop))).toBe(SAID + REST);
  });

  test('without the beginning, when the continuation begins anew', async () => {
    const hop = await startHop({
      answers: [begun(cut), rest('Once upon', ' a time there was', ` a small${REST}`)],
    });
    expect(textOf(await askForStream(hop))).toBe(SAID + REST);
  });

  test('when the continuation comes as a whole completion', async () => {
    const hop = await startHop({ answers: [begun(cut), json(completion(REST))] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
  });

  test('when nothing was missing but the end, as the model says twice', async () => {
    const nothingMore = sse([roleChunk(), finishChunk(), doneFrame]);
    const hop = await startHop({ answers: [sse([chunk('The end.'), cut]), nothingMore] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('The end.');
    expect(hop.upstream.requests).toHaveLength(3);
  });

  test('though the continuation comes back blank in between', async () => {
    const blank = sse([roleChunk(), finishChunk(), doneFrame]);
    const hop = await startHop({ answers: [begun(cut), blank, blank, rest(REST)] });
    expect(textOf(await askForStream(hop))).toBe(SAID + REST);
  });
});

describe('what can not be continued ends in words, with its text kept', () => {
  test.each([
    ['switched off', { streaming: { rescue: { enabled: false } } }, {}, begun(cut)],
    ['a tool call', {}, {}, sse([toolCallChunk('look_up'), cut])],
    ['several choices', {}, { n: 2 }, begun(cut)],
    ['a reply that must be JSON', {}, { response_format: { type: 'json_object' } }, begun(cut)],
  ])('%s', async (_why, config, fields, broken) => {
    const hop = await startHop({ answers: [broken, rest(REST)], config });
    const reply = await askForStream(hop, fields);
    expect(errorAtEndOf(reply).message).toContain('broke');
    expect(hop.upstream.requests).toHaveLength(1);
  });

  test('after three continuations', async () => {
    const hop = await startHop({
      answers: [begun(cut), closesAfter(' fox'), closesAfter(' with'), closesAfter(' feet'), rest(REST)],
    });
    const reply = await askForStream(hop);
    errorAtEndOf(reply);
    expect(textOf(reply)).toBe(`${SAID} fox with feet`);
    expect(hop.upstream.requests).toHaveLength(4);
  });

  test.each([
    ['a stream', rest],
    ['a whole completion', (text: string) => json(completion(text))],
  ])('when the continuation is another reply, told as %s', async (_how, told) => {
    const said = 'Once upon a time there was a small fox who lived in the deep dark';
    const other = 'Once upon a time there was a small fox who lived on a hill, alone.';
    const hop = await startHop({
      answers: [sse([chunk(said), cut]), told(other)],
    });
    const reply = await askForStream(hop);
    errorAtEndOf(reply);
    expect(textOf(reply)).toBe(said);
  });
});

test('the client leaves while the rest is being asked for: nothing more is sent', async () => {
  const hop = await startHop({ answers: [begun(cut), rest(REST)] });
  hop.clock.holdSleeps = true;
  const call = hop.chat({ stream: true });
  await call.until('small');
  await hop.clock.whenWaiting(1_000);
  call.abort();
  await call.done.catch(() => undefined);
  hop.clock.holdSleeps = false;
  await hop.clock.advance(5_000);
  expect(hop.upstream.requests).toHaveLength(1);
});

test('a text completion is continued too', async () => {
  const say = (text: string): string =>
    `data: {"id":"cmpl-1","object":"text_completion","choices":[{"index":0,"text":"${text}","finish_reason":null}]}\n\n`;
  const hop = await startHop({
    answers: [sse([say('Once upon'), cut]), sse([say(' a time'), doneFrame])],
  });
  const body = '{"prompt":"Tell me: ","stream":true}';
  const reply = await hop.client.post('/v1/completions', body);
  expect(reply.text.match(/"text":"[^"]*"/g)?.join()).toBe('"text":"Once upon","text":" a time"');
  expect(JSON.parse((await hop.upstream.request(2)).body.toString())).toEqual({
    prompt: 'Tell me: Once upon',
    stream: true,
  });
});

function closesAfter(text: string): Answer {
  return sse([chunk(text), cut]);
}
