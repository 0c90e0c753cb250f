// The page of First Hop as a user starts it: without a configuration, in front of the built-in demo, then set up.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { json } from '../../support/answers.ts';
import { completion } from '../../support/openai.ts';
import { startUnconfigured } from '../first-hop.ts';
import type { FirstHop } from '../first-hop.ts';
import { launchChromium } from '../sillytavern/chromium.ts';
import { startStoryUpstream } from '../upstream.ts';
import type { StoryUpstream } from '../upstream.ts';
import { openPage } from './open.ts';

let browser: Browser;
let firstHop: FirstHop;
let provider: StoryUpstream;

beforeAll(async () => {
  provider = await startStoryUpstream();
  firstHop = await startUnconfigured();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await firstHop?.stop();
  await provider?.close();
});

async function chat(model: string): Promise<string> {
  const answer = await fetch(`${firstHop.url}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hello' }] }),
  });
  return answer.text();
}

test('shows what happens, and takes a provider into use without a restart', { timeout: 60_000 }, async () => {
  const { page, troubles } = await openPage(browser, firstHop.url.replace('/v1', ''), 'desktop');
  await page.getByText('The built-in demo plays the provider.').waitFor();
  await chat('demo-flaky');
  await page
    .getByRole('article', { name: /demo-flaky/ })
    .getByText('Delivered')
    .waitFor();
  await page.locator('.tile', { hasText: 'Replies saved' }).getByText('1').waitFor();
  await page.getByRole('link', { name: 'History' }).click();
  await page.getByText('1 exchange', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Set up', exact: true }).click();
  await page.getByLabel('Address').fill(provider.url);
  await page.getByRole('button', { name: 'Test' }).click();
  await page.getByText('It answers, and has 2 models.').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved.').waitFor();
  provider.answers(...Array.from({ length: 60 }, () => json(completion('From the provider.'))));
  await expect.poll(() => chat('test-model'), { timeout: 5_000 }).toContain('From the provider.');
  expect(troubles).toEqual([]);
});
