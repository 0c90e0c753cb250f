// What SillyTavern's own server gets from First Hop, in the two forms every installation uses: chats are streamed,
// background requests and "Test Message" are plain.
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { cut, failure, json, neverAnswers, sse, stall } from '../../support/answers.ts';
import type { Answer } from '../../support/answers.ts';
import { chunk, completion, completionStream } from '../../support/openai.ts';
import { headerOf } from '../../support/scripted-upstream.ts';
import { startFirstHop } from '../first-hop.ts';
import type { FirstHop } from '../first-hop.ts';
import { MODELS, givenUp, startStoryUpstream } from '../upstream.ts';
import type { StoryUpstream } from '../upstream.ts';
import { openBackend, streamEvents, textOf } from './client.ts';
import type { Backend } from './client.ts';
import { startSillyTavern } from './start.ts';
import type { SillyTavern } from './start.ts';

let upstream: StoryUpstream;
let firstHop: FirstHop;
let sillyTavern: SillyTavern;
let backend: Backend;

beforeAll(async () => {
  upstream = await startStoryUpstream();
  firstHop = await startFirstHop(`
target_proxy:
  url: ${upstream.url}
error_handling:
  max_retries: 2
  base_delay: 0.1
`);
  sillyTavern = await startSillyTavern(inject('sillyTavernFolder'));
  backend = await openBackend(sillyTavern.url, firstHop.url);
});

afterAll(async () => {
  await sillyTavern?.stop();
  const exitCode = await firstHop?.stop();
  await upstream?.close();
  expect(exitCode).toBe(0);
});

test('connecting lists the models of the provider', async () => {
  expect(await backend.connect()).toMatchObject({ data: MODELS.map((id) => ({ id })) });
});

test('a provider that is down leaves SillyTavern connected, without models', async () => {
  // Port 1 is assigned to a protocol nobody serves any more: https://www.rfc-editor.org/rfc/rfc1078
  const alone = await startFirstHop('target_proxy: { url: "http://127.0.0.1:1/v1" }');
  const connected = await openBackend(sillyTavern.url, alone.url);
  expect(await connected.connect()).toMatchObject({ data: [] });
  await alone.stop();
});

test('the key goes to the provider; where there is none, no empty one is sent', async () => {
  upstream.answers(json(completion('Welcome.')), json(completion('Welcome back.')));
  expect(await textOf(await backend.chat('Hello', { stream: false }))).toBe('Welcome.');
  await backend.writeKey('sk-story-0123456789');
  expect(await textOf(await backend.chat('Hello again', { stream: false }))).toBe('Welcome back.');
  expect(upstream.requests().map((request) => headerOf(request, 'authorization'))).toEqual([
    undefined,
    'Bearer sk-story-0123456789',
  ]);
});

test('the provider gets the same bytes as without First Hop', async () => {
  const direct = await openBackend(sillyTavern.url, upstream.url);
  upstream.answers(json(completion('One.')), json(completion('Two.')));
  await direct.chat('Grüße 🦊', { stream: false });
  await backend.chat('Grüße 🦊', { stream: false });
  const [without, withFirstHop] = upstream.requests();
  expect(withFirstHop?.body).toEqual(without?.body);
});

test.each(['', '/', '/v1', '/v1/'])('an address that ends in "%s" works', async (ending) => {
  upstream.answers(json(completion('Found.')));
  const typed = await openBackend(sillyTavern.url, new URL(firstHop.url).origin + ending);
  expect(await typed.connect()).toMatchObject({ data: MODELS.map((id) => ({ id })) });
  expect(await textOf(await typed.chat('Hello', { stream: false }))).toBe('Found.');
});

describe.each([
  ['streamed', true],
  ['plain', false],
])('a %s chat', (_form, stream) => {
  const reply = (...pieces: readonly string[]): Answer =>
    stream ? sse(completionStream(...pieces)) : json(completion(pieces.join('')));

  test('brings the reply whole', async () => {
    upstream.answers(reply('A fox, ', 'a well ', 'and the moon 🌕.'));
    const response = await backend.chat('What do you see?', { stream });
    expect(await textOf(response)).toBe('A fox, a well and the moon 🌕.');
    expect(upstream.requests()).toHaveLength(1);
  });

  test('does not notice that the provider was busy at first', async () => {
    upstream.answers(failure(429, 'Rate limit reached.'), reply('Here ', 'I am.'));
    const response = await backend.chat('Are you there?', { stream });
    expect(response.status).toBe(200);
    expect(await textOf(response)).toBe('Here I am.');
    expect(upstream.requests()).toHaveLength(2);
  });

  test('ends in words when every attempt fails', async () => {
    const overloaded = failure(503, 'The model is overloaded.');
    upstream.answers(overloaded, overloaded, overloaded);
    const response = await backend.chat('Are you there?', { stream });
    // SillyTavern makes a 200 of a plain failure and keeps only the reason phrase; a streamed one it passes on.
    expect(response.status).toBe(stream ? 503 : 200);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringMatching(/The model is overloaded\..* 3 times/) },
    });
    expect(upstream.requests()).toHaveLength(3);
  });

  test('that is given up before its first word ends the work of the provider', async () => {
    upstream.answers(neverAnswers, json(completion('Go on.')));
    const user = new AbortController();
    const chat = backend.chat('Never mind', { stream, signal: user.signal });
    await expect.poll(upstream.requests).toHaveLength(1);
    user.abort();
    await expect(chat).rejects.toThrow('aborted');
    await givenUp(upstream.requests()[0]);
    await nextRequestIs('I am back');
  });
});

test('a stream that is given up in the middle ends the work of the provider', async () => {
  upstream.answers(sse([chunk('Once upon'), stall]), json(completion('Go on.')));
  const user = new AbortController();
  const response = await backend.chat('Tell me everything', { stream: true, signal: user.signal });
  user.abort();
  await expect(response.text()).rejects.toThrow('aborted');
  await givenUp(upstream.requests()[0]);
  await nextRequestIs('I am back');
});

test('a stream that is cut ends with an error event, as SillyTavern would wait for ever otherwise', async () => {
  upstream.answers(sse([chunk('Once upon'), cut]));
  const response = await backend.chat('Tell me everything', { stream: true });
  const events = streamEvents(await response.text());
  expect(events).toEqual([
    expect.objectContaining({ choices: expect.anything() }),
    { error: expect.objectContaining({ message: expect.any(String) }) },
  ]);
});

/** The provider's second request is this message: no attempt was made for the chat that was given up. */
async function nextRequestIs(message: string): Promise<void> {
  expect(await textOf(await backend.chat(message, { stream: false }))).toBe('Go on.');
  expect(upstream.requests()).toHaveLength(2);
  expect(upstream.requests()[1]?.body.toString()).toContain(message);
}
