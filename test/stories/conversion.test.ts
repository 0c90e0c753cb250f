// Upstreams that answer in the other form than was asked for: the client gets the form it reads.
import { describe, expect, test } from 'vitest';
import { json, sse } from '../support/answers.ts';
import { expectWholeStream, textOf } from '../support/expectations.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completion,
  completionOf,
  completionStream,
  doneFrame,
  finishChunk,
  reasoningChunk,
} from '../support/openai.ts';

function chunksOf(events: readonly string[]): readonly unknown[] {
  return events.slice(0, -1).map((event): unknown => JSON.parse(event));
}

describe('a JSON answer to a stream request becomes a stream', () => {
  test('with role, text, finish_reason and the same identity', async () => {
    const hop = await startHop({ answers: [json(completion('Grüße 🎭'))] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('Grüße 🎭');
    const chunks = chunksOf(reply.events);
    for (const one of chunks)
      expect(one).toMatchObject({
        id: 'chatcmpl-1',
        model: 'test-model',
        created: 1_767_225_600,
        object: 'chat.completion.chunk',
      });
    expect(chunks[0]).toMatchObject({ choices: [{ index: 0, delta: { role: 'assistant' } }] });
    expect(chunks.at(-1)).toMatchObject({ choices: [{ index: 0, finish_reason: 'stop' }] });
    expect(reply.text).not.toContain('"message"');
  });

  test('with its tool calls', async () => {
    const call = { id: '1', type: 'function', function: { name: 'roll', arguments: '{"sides":6}' } };
    const body = completionOf({ role: 'assistant', content: null, tool_calls: [call] }, 'tool_calls');
    const hop = await startHop({ answers: [json(body)] });
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(chunksOf(reply.events).some((one) => JSON.stringify(one).includes('"tool_calls":[{'))).toBe(true);
    expect(reply.text).toContain(String.raw`{\"sides\":6}`);
  });

  test('with its reasoning before its text', async () => {
    const body = completionOf({ role: 'assistant', reasoning_content: 'Hm', content: 'So.' });
    const hop = await startHop({ answers: [json(body)] });
    const reply = await askForStream(hop);
    expect(textOf(reply)).toBe('So.');
    expect(reply.text).toContain('"reasoning_content":"Hm"');
  });
});

describe('a stream answer to a plain request becomes a completion', () => {
  test('with all of its text and its finish_reason', async () => {
    const hop = await startHop({ answers: [sse(completionStream('Once ', 'upon ', 'a time'))] });
    const reply = await ask(hop);
    expect([reply.status, reply.end]).toEqual([200, 'clean']);
    expect(reply.header('content-type')).toMatch(/^application\/json\b/);
    expect(reply.json).toMatchObject({
      object: 'chat.completion',
      id: 'chatcmpl-1',
      model: 'test-model',
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Once upon a time' }, finish_reason: 'stop' },
      ],
    });
  });

  test('with its reasoning', async () => {
    const hop = await startHop({
      answers: [sse([reasoningChunk('H'), reasoningChunk('m'), chunk('So.'), finishChunk(), doneFrame])],
    });
    expect((await ask(hop)).json).toMatchObject({
      choices: [{ message: { reasoning_content: 'Hm', content: 'So.' } }],
    });
  });

  test('and one without text is retried like any empty reply', async () => {
    const hop = await startHop({ answers: [sse([doneFrame]), json(completion('Hi'))] });
    expect((await ask(hop)).text).toBe(completion('Hi'));
  });
});
