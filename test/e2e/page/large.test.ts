// A journal of 100,000 exchanges: scrolling and searching never keep the page from answering for more than 100 ms.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { journalEntry, memoryStore } from '../../support/dashboard.ts';
import type { RunningDashboard } from '../../support/dashboard.ts';
import { launchChromium } from '../sillytavern/chromium.ts';
import { openPage, startPage } from './open.ts';

const HOW_MANY = 100_000;
const LONGEST_PAUSE_MS = 100;

let browser: Browser;
let server: RunningDashboard;

beforeAll(async () => {
  const entries = Array.from({ length: HOW_MANY }, (_, index) =>
    journalEntry({
      id: `e${index}`,
      startedAt: Date.UTC(2026, 0, 1) - index * 1_000,
      model: index === HOW_MANY - 1 ? 'the-first-of-all' : `model-${index % 17}`,
    }),
  );
  server = await startPage({ store: memoryStore(entries) });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

// The clock of the browser goes on while another program has the processor: what takes long every time is ours.
test(
  '100,000 exchanges scroll and are searched without a pause',
  { timeout: 120_000, retry: 2 },
  async () => {
    const { page, go, troubles, close } = await openPage(browser, server.url, 'desktop');
    await go('history');
    await page.getByText('500 exchanges').waitFor();
    await page.evaluate(`
    window.pauses = [];
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.pauses.push(duration);
    }).observe({ type: 'longtask', buffered: false });
  `);
    // To the end of what is loaded, again and again, as somebody does who holds the End key.
    const loaded = (): Promise<unknown> =>
      page.evaluate(`(() => {
      const list = document.querySelector('.virtual');
      list.scrollTop = list.scrollHeight;
      return list.scrollHeight / 52;
    })()`);
    await expect.poll(loaded, { timeout: 90_000, interval: 5 }).toBe(HOW_MANY);
    await expect.poll(() => page.locator('.virtual li').last().textContent()).toContain('the-first-of-all');
    expect(await page.locator('.virtual li').count()).toBeLessThan(100);
    for (let place = 0; place <= 10; place += 1) {
      await page.evaluate(`document.querySelector('.virtual').scrollTop = ${place} * 520_000`);
      await page.locator(`.virtual li[aria-posinset="${Math.min(HOW_MANY, place * 10_000 + 1)}"]`).waitFor();
    }
    await page.getByLabel('Search').pressSequentially('the-first-of-all', { delay: 20 });
    await page.getByText('1 exchange', { exact: true }).waitFor();
    await page.getByLabel('Search').fill('');
    await page.getByText('500 exchanges').waitFor();
    const pauses = (await page.evaluate('window.pauses')) as readonly number[];
    expect(pauses.filter((ms) => ms > LONGEST_PAUSE_MS)).toEqual([]);
    expect(troubles).toEqual([]);
    await close();
  },
);
