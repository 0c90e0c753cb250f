// SillyTavern's "continue": the client begins the reply itself, as its own last message. When what the model adds breaks
// off, the rest is joined to both.
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { cut, failure, sse } from '../support/answers.ts';
import { expectWholeStream, textOf } from '../support/expectations.ts';
import { askForStream, startHop } from '../support/harness.ts';
import { chunk, completionStream, roleChunk } from '../support/openai.ts';

const BEGUN = 'Once upon a time there was a small fox';
const SAID = ' who lived in the';
const REST = ' forest, all alone.';

const messages = [
  { role: 'user', content: 'Tell me a story' },
  { role: 'assistant', content: BEGUN },
];
const broken = sse([roleChunk(), chunk(SAID), cut]);
const last = (body: Buffer): unknown =>
  z
    .object({ messages: z.array(z.unknown()) })
    .parse(JSON.parse(body.toString()))
    .messages.slice(1);

describe('what was added to the client’s own words is whole', () => {
  test.each([
    ['goes on', REST],
    ['says the last words again, the client’s among them', `a small fox${SAID}${REST}`],
    ['begins where the client began', `${BEGUN}${SAID}${REST}`],
    ['begins where the model began', `${SAID.trim()}${REST}`],
  ])('when the continuation %s', async (_how, continuation) => {
    const hop = await startHop({ answers: [broken, sse(completionStream(continuation))] });
    const reply = await askForStream(hop, { messages });
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
    expect(last((await hop.upstream.request(2)).body)).toEqual([
      { role: 'assistant', content: BEGUN + SAID },
    ]);
  });

  test('when the model wants to be told', async () => {
    const refusal = failure(400, 'This model does not support assistant message prefill.');
    const told = sse(completionStream(`Certainly, here is the rest:\n\nsmall fox${SAID}${REST}`));
    const hop = await startHop({ answers: [broken, refusal, told] });
    const reply = await askForStream(hop, { messages });
    expectWholeStream(reply);
    expect(textOf(reply)).toBe(SAID + REST);
    expect(last((await hop.upstream.request(3)).body)).toMatchObject([
      { role: 'assistant', content: BEGUN + SAID },
      { role: 'user' },
    ]);
  });
});
