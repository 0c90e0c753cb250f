// What a rescued reply has cost: the tokens of all its attempts, told once, at its end.
import { expect, test } from 'vitest';
import { cut, json, sse } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { expectWholeStream, textOf } from '../support/expectations.ts';
import { askForStream, startHop } from '../support/harness.ts';
import { chunk, completion, doneFrame, finishChunk, frame, roleChunk } from '../support/openai.ts';

const SAID = 'Once upon a time there was';
const REST = ' a small fox.';

const usage = (prompt: number, completionTokens: number, cached: number): object => ({
  prompt_tokens: prompt,
  completion_tokens: completionTokens,
  total_tokens: prompt + completionTokens,
  prompt_tokens_details: { cached_tokens: cached },
});
const tells = (tokens: object): string => frame({ choices: [], usage: tokens });
const begun = (...more: readonly string[]): Answer => sse([roleChunk(), chunk(SAID), ...more, cut]);
const rest = (...more: readonly string[]): Answer => sse([chunk(REST), finishChunk(), ...more, doneFrame]);

/** The last usage the client of these answers gets. */
async function lastUsage(...answers: readonly Answer[]): Promise<unknown> {
  const hop = await startHop({ answers });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(textOf(reply)).toBe(SAID + REST);
  const told = reply.events.filter((event) => event.includes('"usage":{'));
  return told.map((event) => (JSON.parse(event) as { usage: unknown }).usage).at(-1);
}

test('an attempt that was cut and told its tokens is added to the one that finished', async () => {
  expect(await lastUsage(begun(tells(usage(10, 6, 4))), rest(tells(usage(17, 5, 10))))).toEqual(
    usage(27, 11, 14),
  );
});

test('an attempt that told none adds nothing', async () => {
  expect(await lastUsage(begun(), rest(tells(usage(17, 5, 0))))).toEqual(usage(17, 5, 0));
});

test('attempts that said nothing count when they tell tokens', async () => {
  const blank = json({ choices: [], usage: usage(10, 0, 0) });
  const blankStream = sse([roleChunk(), finishChunk(), tells(usage(16, 0, 1)), doneFrame]);
  expect(await lastUsage(blank, begun(), blankStream, rest(tells(usage(17, 5, 0))))).toEqual(usage(43, 5, 1));
});

test('the same when the rest comes as a whole completion', async () => {
  const whole = json({ ...(JSON.parse(completion(REST)) as object), usage: usage(17, 5, 0) });
  expect(await lastUsage(begun(tells(usage(10, 6, 4))), whole)).toEqual(usage(27, 11, 4));
});

test('and when a whole completion turned out to be another reply', async () => {
  const other = 'Once upon a time there was a small fox who lived on a hill, alone.';
  const another = json({ ...(JSON.parse(completion(other)) as object), usage: usage(17, 9, 0) });
  const said = 'Once upon a time there was a small fox who lived in the deep dark';
  const hop = await startHop({
    answers: [sse([roleChunk(), chunk(said), cut]), another, rest(tells(usage(17, 5, 0)))],
  });
  const reply = await askForStream(hop);
  expectWholeStream(reply);
  expect(textOf(reply)).toBe(said + REST);
  expect(JSON.parse(reply.events.at(-2) ?? '')).toMatchObject({ usage: usage(34, 14, 0) });
});

test('a reply that needed no rescue tells what its upstream told, to the byte', async () => {
  const frames = [roleChunk(), chunk('Hi'), finishChunk(), tells(usage(1, 2, 0)), doneFrame];
  const hop = await startHop({ answers: [json({ choices: [], usage: usage(9, 9, 9) }), sse(frames)] });
  expect((await askForStream(hop)).text).toBe(frames.join(''));
});
