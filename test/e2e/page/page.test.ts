// What a user sees and can do on the page: each of its areas, on a desktop and on a phone, with markup planted wherever text
// comes from outside.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { systemClock } from '../../../src/std/clock.ts';
import { exchangeEvents, memoryConfig, memoryStore } from '../../support/dashboard.ts';
import type { RunningDashboard } from '../../support/dashboard.ts';
import { launchChromium } from '../sillytavern/chromium.ts';
import { openPage, SIZES, startPage } from './open.ts';
import type { OpenPage, Size } from './open.ts';
import { CONFIG, entries, expectWell, HOUR_MS, PLANTED } from './scene.ts';

/** Tells of an exchange that is in its second attempt. */
async function tellRunning({ tell }: RunningDashboard): Promise<void> {
  const told = { model: `claude ${PLANTED}`, message: `no words ${PLANTED}` };
  const first = exchangeEvents('running', { ...told, nowMs: systemClock.nowMs() });
  for (const event of first.slice(0, 3)) tell(event);
  await sleep(1_100);
  const second = exchangeEvents('running', { ...told, nowMs: systemClock.nowMs() });
  for (const event of second.slice(3, 5)) tell(event);
  await sleep(700);
}

let browser: Browser;
let provider: Server;
let providerUrl: string;
let server: RunningDashboard;
let open: OpenPage | undefined;

beforeAll(async () => {
  browser = await launchChromium();
  provider = createServer((request, response) => {
    const isGood = request.headers.authorization === 'Bearer sk-good-key-12345678';
    const body = isGood
      ? { data: [{ id: 'model-a' }, { id: PLANTED }] }
      : { error: { message: `bad key ${PLANTED}` } };
    response.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    provider.listen(0, '127.0.0.1', resolve);
  });
  providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
});

afterAll(async () => {
  await browser?.close();
  provider?.close();
  provider?.closeAllConnections();
});

afterEach(async () => {
  await open?.close();
  await server?.close();
});

async function begin(
  size: Size,
  over: Parameters<typeof startPage>[0] = {},
  scheme?: 'dark',
): Promise<OpenPage> {
  const upstream = { failures_in_a_row: 1, last_success: new Date(Date.now() - HOUR_MS).toISOString() };
  const last_failure = { at: new Date().toISOString(), reason: 'empty-reply' };
  server = await startPage(
    { store: memoryStore(entries(Date.now())), upstream: () => ({ ...upstream, last_failure }), ...over },
    CONFIG,
  );
  open = await openPage(browser, server.url, size, scheme);
  return open;
}

describe.each(Object.keys(SIZES) as Size[])('on a %s', (size) => {
  test('Now shows what runs, what came of it, and the day', async () => {
    const opened = await begin(size);
    const { page } = opened;
    await tellRunning(server);
    const article = page.getByRole('article', { name: /claude/ });
    await article.getByText('Running').waitFor();
    await article.getByText('The provider sent an empty reply').waitFor();
    await article.getByText('receiving', { exact: true }).waitFor();
    await expectWell(opened, true);
    await opened.picture('now');
    for (const event of exchangeEvents('running').slice(5)) server.tell(event);
    await article.getByText('Delivered').waitFor();
    await page.locator('.tile', { hasText: 'Blanks prevented' }).getByText('1').waitFor();
  });

  test('History is searched, and opens one exchange in full', async () => {
    const opened = await begin(size);
    const { page, go } = opened;
    await go('history');
    await page.getByText('44 exchanges').waitFor();
    await opened.picture('history');
    await expectWell(opened, true);
    await page.getByLabel('Search').fill('owl');
    await page.getByText('1 exchange', { exact: true }).waitFor();
    await page.getByRole('link', { name: /deepseek/ }).click();
    await page.getByRole('heading', { name: /deepseek/ }).waitFor();
    await page.getByText('An owl, far away.').waitFor();
    await page.getByRole('region', { name: 'What the rules changed in the request' }).waitFor();
    await page.getByText('Attempt 1: what came').click();
    await opened.picture('exchange');
    await expectWell(opened, true);
    await page.getByRole('button', { name: /Judge again/ }).click();
    await page.getByText('The present rules judge this otherwise.').waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export for a bug report' }).click();
    expect((await download).suggestedFilename()).toBe('first-hop-saved.json');
    await page.getByText('← History').click();
    await page.getByText('1 exchange', { exact: true }).waitFor();
    await page.getByLabel('Search').fill('');
    await page.getByLabel('only with retries').check();
    await page.getByText('1 exchange', { exact: true }).waitFor();
  });

  test('Rules show their hits, and the workbench tells which decides', async () => {
    const opened = await begin(size);
    const { page, go } = opened;
    await go('rules');
    await page.getByText('no more credit').waitFor();
    await page.getByLabel('Text', { exact: true }).fill(`{"error":"no more credit ${PLANTED}"}`);
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('hard_stop_conditions · “no more credit”').waitFor();
    await page.getByText('Buy credit, then send again.').first().waitFor();
    await opened.picture('rules');
    await page.getByText('Show them').click();
    await expectWell(opened, true);
    await page.getByLabel('What it is').selectOption('a message of a prompt');
    await page.getByLabel('Text', { exact: true }).fill(`a — b ${PLANTED}`);
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('changes it').waitFor();
    await page.getByRole('region', { name: 'What the rules change' }).getByText(`a - b ${PLANTED}`).waitFor();
    await expectWell(opened, true);
  });

  test('Suggestions bring a rule, say what it would have changed, and put it into the file', async () => {
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config });
    const { page, go } = opened;
    await go('suggestions');
    const card = page.getByRole('article', { name: /lost its lease/ });
    await card.getByText('3 exchanges').waitFor();
    await card.getByLabel('ask again').check();
    await card.getByRole('button', { name: 'What would it have changed?' }).click();
    await card.getByText(/changed 3 of the last 44/).waitFor();
    await opened.picture('suggestions');
    await expectWell(opened, true);
    await card.getByRole('button', { name: 'Accept' }).click();
    await card.getByText('Added to the configuration.').waitFor();
    expect(await config.read()).toMatch(/^# my configuration[^]*# the good one[^]*new_status: 503/);
  });

  test('Configuration changes a setting by a form, and keeps the rest of the file', async () => {
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config });
    const { page, go } = opened;
    await go('configuration');
    await page.getByLabel('Retries at most').fill('many');
    await page.getByText(/"many" is not/).waitFor();
    await page.getByLabel('Retries at most').fill('7');
    await page
      .getByRole('region', { name: 'What would change' })
      .getByText('error_handling.max_retries')
      .waitFor();
    await opened.picture('settings');
    await expectWell(opened, false);
    expect(await page.content()).not.toContain('abcdefghijklmnop');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is in use within two seconds').first().waitFor();
    expect(await config.read()).toBe(CONFIG.replace('max_retries: 3', 'max_retries: 7'));
  });

  test('Configuration is edited as a whole, with problems in place, completion, and the way back', async () => {
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config });
    const { page, go } = opened;
    await go('configuration');
    await page.getByRole('button', { name: 'Whole file' }).click();
    const editor = page.getByRole('textbox', { name: 'The configuration file' });
    await editor.getByText('<hidden-1>').waitFor();
    await editor.press('ControlOrMeta+End');
    await editor.pressSequentially('server:\nport: many');
    await page.getByRole('list', { name: 'Problems' }).getByText('server.port').waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    for (let typed = 0; typed < 4; typed += 1) await editor.press('Backspace');
    await editor.pressSequentially('8800\nmax_requ');
    await page.getByRole('option', { name: /max_request_mb/ }).waitFor();
    await opened.picture('configuration');
    // The editor takes no choice that has only just appeared (CodeMirror's interactionDelay, 75 ms).
    await page.waitForTimeout(500);
    await editor.press('Enter');
    await editor.getByText('max_request_mb').waitFor();
    await editor.pressSequentially('32');
    await page
      .getByRole('region', { name: 'What would change' })
      .getByText('server.max_request_mb')
      .waitFor();
    await page.getByRole('button', { name: 'What would it have changed?' }).click();
    await page.getByText(/changed 0 of the last 44/).waitFor();
    await expectWell(opened, true);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is in use within two seconds').waitFor();
    expect(await config.read()).toBe(`${CONFIG}server:\n  port: 8800\n  max_request_mb: 32`);
    await page.getByRole('button', { name: /as it was until/ }).click();
    await page.getByRole('button', { name: 'Go back to this version' }).click();
    await page.getByText('Went back').waitFor();
    expect(await config.read()).toBe(CONFIG);
  });

  test('Set up tests a provider, saves it, and says what to type into SillyTavern', async () => {
    const config = memoryConfig('');
    const about = {
      version: '1.0.0',
      address: 'http://127.0.0.1:8765/v1',
      isDemo: true,
      upstream: 'the built-in demo',
    };
    const opened = await begin(size, { config, about: () => about });
    const { page } = opened;
    await page.getByRole('link', { name: 'Set up your own' }).click();
    await page.getByLabel('Address').fill(providerUrl);
    await page.getByRole('textbox', { name: 'Key' }).fill('sk-bad-key-12345678');
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(/does not accept the API key/).waitFor();
    await page.getByRole('textbox', { name: 'Key' }).fill('sk-good-key-12345678');
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText('It answers, and has 2 models.').waitFor();
    await opened.picture('set-up');
    await page.getByText('Models', { exact: true }).click();
    expect(opened.troubles).toEqual([]);
    await expectWell(opened, true);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.').waitFor();
    expect(await config.read()).toBe(
      `target_proxy:\n  url: ${providerUrl}\n  apikey: sk-good-key-12345678\n`,
    );
  });
});

test('in the dark, everything can be read', async () => {
  const opened = await begin('desktop', {}, 'dark');
  await tellRunning(server);
  await opened.page.getByText('Running').waitFor();
  expect(await opened.axe()).toEqual([]);
  await opened.picture('now-dark');
  for (const view of [
    'history',
    'history/saved',
    'rules',
    'rules/saved',
    'suggestions',
    'configuration',
    'set-up',
  ]) {
    await opened.go(view);
    await opened.page.locator('h1').waitFor();
    await expect.poll(() => opened.page.getByText('Loading …').count()).toBe(0);
    expect(await opened.axe()).toEqual([]);
  }
});

test('can be used by the keyboard alone', async () => {
  const { page } = await begin('desktop');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  await page.reload();
  await page.getByText('connected', { exact: true }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'History' }).waitFor();
});

test('asks for the token where one is set, and for nothing before', async () => {
  const { isLoopbackHost, isLoopbackName } = await import('../../../src/server/origin.ts');
  const access = { adminToken: 'correct horse battery', isLoopbackHost, isLoopbackName };
  server = await startPage({ access });
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByLabel(/Token/).fill('wrong');
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('This is not the token').waitFor();
  await page.getByLabel(/Token/).fill('correct horse battery');
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.getByText('connected', { exact: true }).waitFor();
  await page.close();
});

test('tells when First Hop is gone', async () => {
  const { page } = await begin('desktop');
  await server.close();
  await page.getByText('not connected').waitFor();
});
