// What the user reads in SillyTavern's page for the failures that no retry mends, plain and streamed; and how a reply
// that breaks off ends. The bodies are those of real providers (test/fixtures/upstream-failures).
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { cut, failure, http, json, sse } from '../../support/answers.ts';
import type { Answer } from '../../support/answers.ts';
import { chunk, completion, completionStream, doneFrame } from '../../support/openai.ts';
import { startFirstHop } from '../first-hop.ts';
import type { FirstHop } from '../first-hop.ts';
import { startStoryUpstream } from '../upstream.ts';
import type { StoryUpstream } from '../upstream.ts';
import { launchChromium } from './chromium.ts';
import { openChatPage } from './page.ts';
import type { ChatPage } from './page.ts';
import { startSillyTavern } from './start.ts';
import type { SillyTavern } from './start.ts';

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
  hard_stop_conditions:
    rules:
      - pattern: Cannot read properties of undefined
        description: The provider chokes on a character
        user_message: Your last message has a character in it that the provider cannot read. Write it another way.
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

const fixture = z.object({
  plain: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string(),
  }),
});

/** The answer a real provider has given. */
function real(id: string): Answer {
  const file = new URL(`../../fixtures/upstream-failures/${id}.json`, import.meta.url);
  const { plain } = fixture.parse(JSON.parse(readFileSync(file, 'utf8')));
  return http([], [plain.body], { status: plain.status, headers: plain.headers });
}

const failures: readonly [string, Answer, Answer, RegExp][] = [
  [
    'a bad key',
    failure(401, 'Incorrect API key provided.'),
    failure(401, 'Incorrect API key provided.'),
    /API key.*target_proxy\.apikey/,
  ],
  ['overloaded for ever', real('F1'), real('F1'), /overloaded.*tried 3 times/],
  ['the daily quota', real('F18'), real('F18'), /free-models-per-day/],
  [
    'a hard stop',
    failure(500, 'googleAIBlockingResponseHandler: Cannot read properties of undefined'),
    failure(500, 'googleAIBlockingResponseHandler: Cannot read properties of undefined'),
    /has a character in it that the provider cannot read\. Write it another way/,
  ],
  ['blocked content', real('F24'), real('F24'), /filter/],
  ['blank for ever', json(completion('')), sse([doneFrame]), /empty reply.*tried 3 times/],
  ['Cloudflare 524', real('F28'), real('F28'), /524: A timeout occurred.*tried 3 times/],
];

describe('with streaming on', () => {
  beforeAll(() => page.setStreaming(true));

  test.each(failures)('%s is told in words', async (name, _plain, streamed, words) => {
    await reads(streamed, words, `words-${name.replaceAll(' ', '-')}`);
  });

  test('a reply that breaks off in the middle becomes a whole message', async () => {
    upstream.answers(
      sse([...completionStream('Far away there was a').slice(0, 2), cut]),
      sse(completionStream(' light between the trees.')),
    );
    await page.say('What do you see?');
    await expect
      .poll(page.messages)
      .toEqual(['What do you see?', 'Far away there was a light between the trees.']);
    expect(await page.toasts()).toEqual([]);
  });

  test('one that can not be continued keeps its text and says so', async () => {
    const refused = failure(401, 'Your key has just expired.');
    upstream.answers(sse([chunk('I was about to'), cut]), refused);
    await page.say('What did you want to say?');
    await expect.poll(page.errorToasts).toEqual([expect.stringMatching(/expired/)]);
    await expect.poll(page.messages).toEqual(['What did you want to say?', 'I was about to']);
    await expect.poll(page.isBusy).toBe(false);
  });
});

describe('with streaming off', () => {
  beforeAll(() => page.setStreaming(false));

  test.each(failures)('%s is told in words', async (name, plain, _streamed, words) => {
    await reads(plain, words, `words-${name.replaceAll(' ', '-')}-plain`);
  });
});

/** One message to a provider that always answers so ends in a toast with these words, and a clean chat. */
async function reads(answer: Answer, words: RegExp, picture: string): Promise<void> {
  upstream.answers(answer, answer, answer);
  await page.say('Are you there?');
  await expect.poll(page.errorToasts).toEqual([expect.stringMatching(words)]);
  await page.screenshot(picture);
  await expect.poll(page.messages).toEqual(['Are you there?']);
  await expect.poll(page.isBusy).toBe(false);
}
