// Upstreams that compress although they were asked not to: the client gets plain bytes.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cut, failure, gate, json, sized, sse } from '../support/answers.ts';
import { errorAtEndOf, errorIn, expectWholeStream, textOf } from '../support/expectations.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import { chunk, completion, completionStream, doneFrame, finishChunk, roleChunk } from '../support/openai.ts';

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('a plain reply in %s', async (encoding, compress) => {
  const packed = compress(completion('Hello'));
  const hop = await startHop({
    answers: [sized(packed, 'application/json', { headers: { 'content-encoding': encoding } })],
  });
  const reply = await ask(hop);
  expect(reply.text).toBe(completion('Hello'));
  expect(reply.header('content-encoding')).toBeUndefined();
  expect(reply.header('content-length')).toBe(String(reply.body.length));
});

test('a stream in gzip arrives as it comes', async () => {
  const second = gate();
  const frames = [roleChunk(), chunk('one'), second.opened, chunk('two'), finishChunk(), doneFrame];
  const hop = await startHop({ answers: [sse(frames, { gzip: true })] });
  const call = hop.chat({ stream: true });
  await call.until('one');
  expect(call.received()).toBe(roleChunk() + chunk('one'));
  second.open();
  const reply = await call.done;
  expectWholeStream(reply);
  expect(reply.text).toBe(frames.filter((frame) => typeof frame === 'string').join(''));
  expect(reply.header('content-encoding')).toBeUndefined();
});

test('a cut in a compressed stream is a cut', async () => {
  const hop = await startHop({ answers: [sse([roleChunk(), chunk('Once'), cut], { gzip: true })] });
  const reply = await askForStream(hop);
  errorAtEndOf(reply);
  expect(textOf(reply)).toBe('Once');
});

test('an error in gzip is read like any other', async () => {
  const hop = await startHop({ answers: [failure(401, 'No such key', { gzip: true })] });
  expect(errorIn(await ask(hop)).message).toContain('No such key');
});

test.each([
  [
    'bytes that are no gzip at all',
    sized('plain after all', 'application/json', { headers: { 'content-encoding': 'gzip' } }),
  ],
  [
    'gzip that breaks off',
    sized(gzipSync(completion('Hello')).subarray(0, 40), 'application/json', {
      headers: { 'content-encoding': 'gzip' },
    }),
  ],
])('%s: the request is sent again', async (_name, bad) => {
  const hop = await startHop({ answers: [bad, json(completion('Hi')), sse(completionStream('Hi'))] });
  expect((await ask(hop)).text).toBe(completion('Hi'));
});
