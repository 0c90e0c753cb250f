// What every error reply and every broken-off stream must look like, whatever went wrong (docs: errors as clients
// see them). Stories add what is particular to them.
import { expect } from 'vitest';
import * as z from 'zod';
import type { Reply } from './client.ts';

const errorFields = z.looseObject({
  message: z.string().min(1),
  type: z.string().min(1),
  code: z.union([z.string(), z.number(), z.null()]),
  retry_after: z.number().optional(),
});
const errorSchema = z.object({ error: errorFields });
/** In a stream only the message is promised. */
const errorFrameSchema = z.object({ error: errorFields.partial({ type: true, code: true }) });

export type ErrorShown = z.infer<typeof errorFields>;

/** Checks the shape that every error reply has and gives its error. */
export function errorIn(reply: Reply): ErrorShown {
  const { error } = errorSchema.parse(reply.json);
  expect(reply.end).toBe('clean');
  expect(reply.header('content-type')).toMatch(/^application\/json\b/);
  expect(reply.header('x-should-retry')).toBe('false');
  // The type opens a dialog about an OpenAI account in SillyTavern.
  expect(error.type).not.toBe('insufficient_quota');
  // SillyTavern shows nothing but the reason phrase on plain requests.
  expect(reply.reason).toMatch(/^[\x20-\x7e]{1,200}$/);
  if (/^[\x20-\x7e]{1,200}$/.test(error.message)) expect(reply.reason).toBe(error.message);
  expectNoInsides(reply.text + reply.reason);
  return error;
}

/** Checks that a stream that had begun ends with an error frame and `[DONE]`, and gives the error. */
export function errorAtEndOf(reply: Reply): { readonly message: string } {
  expect([reply.status, reply.end, reply.events.at(-1)]).toEqual([200, 'clean', '[DONE]']);
  const frame: unknown = JSON.parse(reply.events.at(-2) ?? 'null');
  expect(frame).not.toHaveProperty('choices');
  expect(reply.events.filter((event) => event.includes('"error"'))).toHaveLength(1);
  expectNoInsides(reply.text);
  return errorFrameSchema.parse(frame).error;
}

/** Checks that a stream ended as streams should, without any error. */
export function expectWholeStream(reply: Reply): void {
  expect([reply.status, reply.end, reply.events.at(-1)]).toEqual([200, 'clean', '[DONE]']);
  expect(reply.events.filter((event) => event === '[DONE]')).toHaveLength(1);
  expect(reply.events.filter((event) => event.includes('"error"'))).toEqual([]);
  expect(reply.header('content-type')).toMatch(/^text\/event-stream\b/);
}

const chunkSchema = z.object({
  choices: z.array(z.object({ delta: z.object({ content: z.string().nullish() }).optional() })),
});

/** The visible text of a streamed reply, put together. */
export function textOf(reply: Reply): string {
  return reply.events
    .filter((event) => event !== '[DONE]')
    .map((event) => chunkSchema.safeParse(JSON.parse(event)).data?.choices[0]?.delta?.content ?? '')
    .join('');
}

/** Errors never show where the program lives or how it fell. */
function expectNoInsides(text: string): void {
  expect(text).not.toMatch(/\bat .+:\d+:\d+|node_modules|\/src\/|\/dist\//);
}
