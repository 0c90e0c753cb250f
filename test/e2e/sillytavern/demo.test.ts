// The first minute of a newcomer: First Hop without a configuration serves its demo, and SillyTavern chats with it.
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { startDemo } from '../first-hop.ts';
import type { FirstHop } from '../first-hop.ts';
import { launchChromium } from './chromium.ts';
import { openChatPage } from './page.ts';
import type { ChatPage } from './page.ts';
import { startSillyTavern } from './start.ts';
import type { SillyTavern } from './start.ts';

let firstHop: FirstHop;
let sillyTavern: SillyTavern;
let browser: Browser;
let page: ChatPage;

beforeAll(async () => {
  // The pictures in docs/ show the port that users have.
  firstHop = await startDemo(process.env['FIRST_HOP_SCREENSHOTS'] === undefined ? 0 : 8765);
  browser = await launchChromium();
  sillyTavern = await startSillyTavern(inject('sillyTavernFolder'));
  page = await openChatPage(browser, sillyTavern.url);
  await page.connect(firstHop.url);
  await page.setStreaming(true);
});

afterAll(async () => {
  await browser?.close();
  await sillyTavern?.stop();
  await firstHop?.stop();
});

beforeEach(() => page.startNewChat());

test('it says that it is the demo, and SillyTavern finds its models at the address it prints', async () => {
  expect(firstHop.output()).toMatch(/demo/i);
  expect(await page.connection('connect')).toEqual({
    status: 'Valid',
    models: expect.arrayContaining(['demo', 'demo-flaky']),
  });
});

test.each([
  ['demo', 'answers at once', /^Hello! You are talking to the demo/],
  ['demo-flaky', 'fails four times before it answers, which nobody sees', /^This reply took five attempts/],
])('the model %s %s', async (model, _what, reply) => {
  await page.chooseModel(model);
  await page.say('Hello!');
  await expect.poll(page.isBusy).toBe(true);
  await expect.poll(page.isBusy).toBe(false);
  expect(await page.messages()).toEqual(['Hello!', expect.stringMatching(reply)]);
  expect(await page.toasts()).toEqual([]);
});
