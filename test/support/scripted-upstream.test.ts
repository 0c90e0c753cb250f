// The scripted upstream and the recording client, tried on each other: what one sends is what the other reports.
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  closesBeforeHeaders,
  cut,
  gate,
  halfABody,
  json,
  neverAnswers,
  notHttp,
  repeat,
  reset,
  sse,
  stall,
} from './answers.ts';
import type { Answer } from './answers.ts';
import { createClient } from './client.ts';
import type { Client } from './client.ts';
import { settle } from './fake-clock.ts';
import { chunk, completion, completionStream, doneFrame } from './openai.ts';
import { headerOf, startUpstream } from './scripted-upstream.ts';
import type { ScriptedUpstream } from './scripted-upstream.ts';

async function start(...answers: readonly Answer[]): Promise<{ upstream: ScriptedUpstream; client: Client }> {
  const upstream = await startUpstream(answers);
  const client = createClient(upstream.url);
  onTestFinished(async () => {
    client.close();
    await upstream.close();
  });
  return { upstream, client };
}

describe('the upstream remembers', () => {
  test('requests byte for byte, in order', async () => {
    const { upstream, client } = await start(json('1'));
    await client.post('//a?b=c', ' {"n": 12345678901234567890}\n', { 'X-Many': ['one', 'two'] });
    const request = await upstream.request(1);
    expect([request.method, request.path, request.body.toString()]).toEqual([
      'POST',
      '//a?b=c',
      ' {"n": 12345678901234567890}\n',
    ]);
    expect(headerOf(request, 'x-many')).toBe('one, two');
    expect(headerOf(request, 'x-none')).toBeUndefined();
  });

  test('which connection each came on', async () => {
    const { upstream, client } = await start(json('1'));
    await client.get('/1');
    await client.get('/2');
    upstream.dropConnections();
    await settle();
    await client.get('/3');
    expect(upstream.requests.map((request) => request.connection)).toEqual([1, 1, 2]);
    expect(upstream.connections()).toBe(2);
  });

  test('that the other side left', async () => {
    const { upstream, client } = await start(neverAnswers);
    const call = client.call('/');
    const request = await upstream.request(1);
    call.abort();
    await request.closedByPeer;
    await expect(call.done).rejects.toThrow();
  });

  test('how much of an endless answer was taken by a client that does not read', async () => {
    const { upstream, client } = await start(sse([repeat(chunk('x'.repeat(60_000)), 1_000)]));
    const call = client.call('/', { paused: true });
    await call.status;
    await settle(1_000);
    const { bytesWritten } = await upstream.request(1);
    expect(bytesWritten).toBeLessThan(30_000_000);
    call.resume();
    expect((await call.done).body.length).toBeGreaterThan(60_000_000);
  });
});

describe('answers', () => {
  test('come in order, the last again and again', async () => {
    const { client } = await start(json('1'), json('2'));
    const texts = [await client.get('/'), await client.get('/'), await client.get('/')].map(
      (reply) => reply.text,
    );
    expect(texts).toEqual(['1', '2', '2']);
  });

  test('have the status, reason and headers they were given, even doubled', async () => {
    const { client } = await start(
      json(completion('Hi'), {
        status: 418,
        reason: 'Short and stout',
        headers: ['Set-Cookie', 'a', 'Set-Cookie', 'b'],
      }),
    );
    const reply = await client.get('/');
    expect([reply.status, reply.reason, reply.header('set-cookie'), reply.end]).toEqual([
      418,
      'Short and stout',
      'a, b',
      'clean',
    ]);
    expect(reply.json).toMatchObject({ choices: [{ message: { content: 'Hi' } }] });
  });

  test('stream step by step', async () => {
    const second = gate();
    const { client } = await start(sse([chunk('one'), second.opened, chunk('two'), doneFrame]));
    const call = client.call('/');
    await call.until('one');
    expect(call.received()).toBe(chunk('one'));
    second.open();
    const reply = await call.done;
    expect(reply.events.at(-1)).toBe('[DONE]');
    expect([reply.events.length, reply.end]).toEqual([3, 'clean']);
    await expect(call.until('three')).rejects.toThrow('three');
  });

  test.each([
    ['a cut', sse([chunk('one'), cut])],
    ['half a body', halfABody],
  ])('can be broken off: %s', async (_name, answer) => {
    const { client } = await start(answer);
    const reply = await client.get('/');
    expect([reply.status, reply.end, reply.body.length > 0]).toEqual([200, 'cut', true]);
  });

  test('can be reset, though what came before is here', async () => {
    const seen = gate();
    const { client } = await start(sse([chunk('one'), seen.opened, reset]));
    const call = client.call('/');
    await call.until('one');
    seen.open();
    expect((await call.done).end).toBe('cut');
  });

  test.each([
    ['closed before headers', closesBeforeHeaders],
    ['not HTTP', notHttp],
  ])('need not be answers: %s', async (_name, answer) => {
    const { client } = await start(answer);
    await expect(client.get('/')).rejects.toThrow();
  });

  test('can stall', async () => {
    const { client, upstream } = await start(sse([chunk('one'), stall]));
    const call = client.call('/');
    await call.until('one');
    await settle();
    expect(call.received()).toBe(chunk('one'));
    call.abort();
    await (
      await upstream.request(1)
    ).closedByPeer;
  });

  test('can be compressed, each step readable by itself', async () => {
    const { client } = await start(
      sse(completionStream('Hi'), { gzip: true }),
      json('{"a":1}', { gzip: true }),
    );
    const streamed = await client.get('/');
    expect(streamed.header('content-encoding')).toBe('gzip');
    expect(gunzipSync(streamed.body).toString()).toBe(completionStream('Hi').join(''));
    expect(gunzipSync((await client.get('/')).body).toString()).toBe('{"a":1}');
  });
});

test('the client uploads as slowly as it likes, and speaks any bytes', async () => {
  const { client, upstream } = await start(json('1'));
  const call = client.call('/', { method: 'POST', slowUpload: true });
  call.upload('one ');
  await settle();
  expect(upstream.requests).toEqual([]);
  call.upload('two');
  call.endUpload();
  await call.done;
  expect((await upstream.request(1)).body.toString()).toBe('one two');
  expect(await client.raw('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
});
