// What a user of SillyTavern sees on the page when First Hop stands between it and a provider.
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { failure, gate, json, sse, stall, cut } from '../../support/answers.ts';
import { chunk, completion, completionStream, doneFrame, finishChunk } from '../../support/openai.ts';
import { startFirstHop } from '../first-hop.ts';
import type { FirstHop } from '../first-hop.ts';
import { MODELS, givenUp, speaking, startStoryUpstream } from '../upstream.ts';
import type { StoryUpstream } from '../upstream.ts';
import { launchChromium } from './chromium.ts';
import { openChatPage } from './page.ts';
import type { ChatPage } from './page.ts';
import { startSillyTavern } from './start.ts';
import type { SillyTavern } from './start.ts';

const OVERLOADED = 'The model is overloaded. Please try again later.';
/** The provider's words, and that First Hop did not give up at once. */
const WHY = /The model is overloaded\. Please try again later\..* 3 times/s;

let upstream: StoryUpstream;
let firstHop: FirstHop;
let sillyTavern: SillyTavern;
let browser: Browser;
let page: ChatPage;

beforeAll(async () => {
  upstream = await startStoryUpstream();
  firstHop = await startFirstHop(`
target_proxy:
  url: ${upstream.url}
error_handling:
  max_retries: 2
  base_delay: 0.1
`);
  browser = await launchChromium();
  sillyTavern = await startSillyTavern(inject('sillyTavernFolder'));
  page = await openChatPage(browser, sillyTavern.url);
  await page.connect(firstHop.url);
});

afterAll(async () => {
  await browser?.close();
  await sillyTavern?.stop();
  await firstHop?.stop();
  await upstream?.close();
});

beforeEach(() => page.startNewChat());

test('connecting shows that the address is right, and the models of the provider', async () => {
  expect(await page.connection()).toEqual({ status: 'Valid', models: MODELS });
});

test('"Test Message" says that the connection works', async () => {
  upstream.answers(json(completion('Hi!')));
  await page.sendTestMessage();
  await expect.poll(page.toasts).toEqual(['API connection successful!']);
  expect(upstream.requests()).toHaveLength(1);
});

describe('with streaming on', () => {
  beforeAll(() => page.setStreaming(true));

  test('a reply can be read while it is being written, and is whole at the end', async () => {
    const rest = gate();
    upstream.answers(
      speaking(
        'The wind in the leaves, an owl far away',
        rest.opened,
        chunk(', and you.'),
        finishChunk(),
        doneFrame,
      ),
    );
    await page.say('What do you hear?');
    await expect
      .poll(page.messages)
      .toEqual(['What do you hear?', expect.stringMatching(/^The wind in the leaves/)]);
    expect(await page.isBusy()).toBe(true);
    await page.screenshot('streaming');
    rest.open();
    await chatBecomes('What do you hear?', 'The wind in the leaves, an owl far away, and you.');
    expect(await page.toasts()).toEqual([]);
  });

  test.each([
    ['limits the rate', failure(429, 'Rate limit reached.')],
    ['answers with nothing', sse([doneFrame])],
    ['puts an error into a good answer', json({ error: { message: OVERLOADED, code: 503 } })],
  ])('a provider that %s once goes unnoticed', async (_what, trouble) => {
    upstream.answers(trouble, sse(completionStream('Here ', 'I am.')));
    await page.say('Are you there?');
    await chatBecomes('Are you there?', 'Here I am.');
    expect(await page.toasts()).toEqual([]);
    expect(upstream.requests()).toHaveLength(2);
  });

  test('when every attempt fails, the user reads why', async () => {
    const overloaded = failure(503, OVERLOADED);
    upstream.answers(overloaded, overloaded, overloaded);
    await page.say('Are you there?');
    await expect.poll(page.errorToasts).toEqual([expect.stringMatching(WHY)]);
    await page.screenshot('error');
    await chatBecomes('Are you there?');
    expect(upstream.requests()).toHaveLength(3);
  });

  test('a reply that is cut off keeps its text, says so, and does not wait for ever', async () => {
    upstream.answers(sse([chunk('I was about to'), cut]));
    await page.say('What did you want to say?');
    await expect.poll(page.errorToasts).toHaveLength(1);
    await chatBecomes('What did you want to say?', 'I was about to');
  });

  test('Stop keeps the text so far and ends the work of the provider', async () => {
    upstream.answers(speaking('Once upon a time there was', stall), sse(completionStream('Of course.')));
    await page.say('Tell me everything.');
    await expect.poll(page.messages).toEqual(['Tell me everything.', expect.stringMatching(/^Once upon a/)]);
    await page.pressStop();
    await givenUp(upstream.requests()[0]);
    expect(await page.messages()).toEqual(['Tell me everything.', expect.stringMatching(/^Once upon a/)]);
    expect(await page.toasts()).toEqual([]);
    await continueWith('Shorter, please.', 'Of course.');
  });
});

describe('with streaming off', () => {
  beforeAll(() => page.setStreaming(false));

  test('a reply arrives whole', async () => {
    upstream.answers(json(completion('The forest is quiet tonight.')));
    await page.say('What do you hear?');
    await chatBecomes('What do you hear?', 'The forest is quiet tonight.');
    expect(await page.toasts()).toEqual([]);
  });

  test.each([
    ['limits the rate', failure(429, 'Rate limit reached.')],
    ['answers with nothing', json(completion(''))],
    ['puts an error into a good answer', json({ error: { message: OVERLOADED, code: 503 } })],
  ])('a provider that %s once goes unnoticed', async (_what, trouble) => {
    upstream.answers(trouble, json(completion('Here I am.')));
    await page.say('Are you there?');
    await chatBecomes('Are you there?', 'Here I am.');
    expect(await page.toasts()).toEqual([]);
    expect(upstream.requests()).toHaveLength(2);
  });

  test('when every attempt fails, the user reads why', async () => {
    const overloaded = failure(503, OVERLOADED);
    upstream.answers(overloaded, overloaded, overloaded);
    await page.say('Are you there?');
    await expect.poll(page.errorToasts).toEqual([expect.stringMatching(WHY)]);
    await chatBecomes('Are you there?');
    expect(upstream.requests()).toHaveLength(3);
  });

  test('Stop while First Hop waits for its next attempt ends the waiting', async () => {
    upstream.answers(
      failure(429, 'Slow down.', { headers: { 'retry-after': '30' } }),
      json(completion('Of course.')),
    );
    await page.say('Tell me everything.');
    await expect.poll(upstream.requests).toHaveLength(1);
    await page.pressStop();
    await expect.poll(page.isBusy).toBe(false);
    expect(await page.toasts()).toEqual([]);
    await continueWith('Shorter, please.', 'Of course.');
  });
});

/** The chat shows these messages, and nothing more is on its way. */
async function chatBecomes(...messages: readonly string[]): Promise<void> {
  await expect.poll(page.messages).toEqual(messages);
  await expect.poll(page.isBusy).toBe(false);
}

/** The user goes on after Stop: the provider's second request is this message, so no attempt was made in between. */
async function continueWith(message: string, reply: string): Promise<void> {
  await expect.poll(page.isBusy).toBe(false);
  await page.say(message);
  await expect.poll(async () => (await page.messages()).slice(-2)).toEqual([message, reply]);
  expect(upstream.requests()).toHaveLength(2);
  expect(upstream.requests()[1]?.body.toString()).toContain(message);
}
