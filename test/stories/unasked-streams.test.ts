// Upstreams that answer a plain request with an event stream: what the stream tells is judged like any stream, and the
// client, who knows nothing of it, gets one whole completion.
import { describe, expect, test } from 'vitest';
import { cut, json, sse } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorIn, expectWholeStream, textOf } from '../support/expectations.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import {
  chunk,
  completion,
  completionStream,
  doneFrame,
  errorFrame,
  finishChunk,
  frame,
  roleChunk,
} from '../support/openai.ts';

const whole = sse(completionStream('Once ', 'upon ', 'a time'));
const half = (...end: readonly (typeof cut | string)[]): Answer => sse([roleChunk(), chunk('Once '), ...end]);
const content = (text: string): object => ({ choices: [{ message: { content: text } }] });

describe('a stream that answers a plain request and is not whole', () => {
  test.each([
    ['stops without a mark', half()],
    ['is cut', half(cut)],
    ['ends in an error', half(errorFrame('The server had an error'), doneFrame)],
    ['ends in an error of another form', half(frame({ object: 'error', message: 'Overloaded' }))],
  ])('%s: it is asked for again, and nothing of it is shown', async (_how, broken) => {
    const hop = await startHop({ answers: [whole, broken, whole] });
    await ask(hop);
    const reply = await ask(hop);
    expect([reply.status, reply.end]).toEqual([200, 'clean']);
    expect(reply.json).toMatchObject(content('Once upon a time'));
    expect(hop.upstream.requests).toHaveLength(3);
  });

  test('is told in words when that never helps', async () => {
    const hop = await startHop({
      answers: [whole, half()],
      config: { error_handling: { max_retries: 1 } },
    });
    await ask(hop);
    expect(errorIn(await ask(hop)).message).toContain(
      'lost before its answer was complete: the stream ended without',
    );
  });

  test('is taken for whole where the upstream has never marked an end', async () => {
    const hop = await startHop({ answers: [half(), whole] });
    expect((await ask(hop)).json).toMatchObject(content('Once '));
  });

  test.each([
    ['a finish_reason', sse([chunk('Once '), finishChunk()])],
    ['[DONE]', sse([chunk('Once '), doneFrame])],
  ])('%s alone marks an end', async (_which, marked) => {
    const hop = await startHop({ answers: [marked, half(), whole] });
    expect((await ask(hop)).json).toMatchObject(content('Once '));
    expect((await ask(hop)).json).toMatchObject(content('Once upon a time'));
  });

  test('is judged so too where a stream was asked for and its Content-Type says JSON', async () => {
    const hop = await startHop({
      answers: [
        json(completionStream('Hi').join('')),
        json(roleChunk() + chunk('Once ')),
        json(completion('Hello')),
      ],
    });
    expect(textOf(await askForStream(hop))).toBe('Hi');
    const reply = await askForStream(hop);
    expectWholeStream(reply);
    expect(textOf(reply)).toBe('Hello');
  });
});
