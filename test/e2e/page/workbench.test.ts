// The workbench with what is recorded, rules with what they have done, attempts while they go on, and profiles' files: each on a
// desktop and on a phone, with markup planted wherever text comes from outside.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import type { ConfigAccess } from '../../../src/dashboard/parts.ts';
import { systemClock } from '../../../src/std/clock.ts';
import type { AttemptTrace } from '../../../src/upstream/upstream.ts';
import { newTrace } from '../../../src/upstream/upstream.ts';
import {
  exchangeEvents,
  journalEntry,
  memoryConfig,
  memoryProfiles,
  memoryStore,
} from '../../support/dashboard.ts';
import type { RunningDashboard } from '../../support/dashboard.ts';
import { launchChromium } from '../sillytavern/chromium.ts';
import { openPage, SIZES, startPage } from './open.ts';
import type { OpenPage, Size } from './open.ts';
import { CONFIG, entries, expectWell, PLANTED } from './scene.ts';

let browser: Browser;
let server: RunningDashboard;
let open: OpenPage | undefined;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

afterEach(async () => {
  await open?.close();
  await server?.close();
});

async function begin(size: Size, over: Parameters<typeof startPage>[0] = {}): Promise<OpenPage> {
  server = await startPage({ store: memoryStore(entries(Date.now())), ...over }, CONFIG);
  open = await openPage(browser, server.url, size);
  return open;
}

describe.each(Object.keys(SIZES) as Size[])('on a %s', (size) => {
  test('Now shows how far an attempt has got while it goes on', async () => {
    // The exchange has begun a while ago, so that its bars can be seen.
    let agoMs = 1_500;
    const clock = {
      ...systemClock,
      nowMs: () => systemClock.nowMs() - agoMs,
      wallMs: () => systemClock.wallMs() - agoMs,
    };
    const opened = await begin(size, { clock });
    const { page } = opened;
    const [start] = exchangeEvents('running', { model: `claude ${PLANTED}` });
    if (start === undefined) throw new Error('no beginning');
    const trace: AttemptTrace = newTrace();
    const beganMs = clock.nowMs();
    server.tell(start);
    server.tell({
      kind: 'attempt-start',
      exchangeId: 'running',
      attempt: 1,
      why: 'first',
      trace,
    });
    agoMs = 0;
    const article = page.getByRole('article', { name: /claude/ });
    await article.getByText('connecting', { exact: true }).waitFor();
    trace.connectedAtMs = beganMs + 300;
    await article.getByText('waiting for the answer', { exact: true }).waitFor();
    trace.answeredAtMs = beganMs + 1_000;
    await article.getByText('waiting for the first words', { exact: true }).waitFor();
    expect(await article.locator('.bar').count()).toBe(3);
    await opened.picture('now-phases');
    await expectWell(opened, true);
    trace.shownAtMs = beganMs + 1_500;
    await article.getByText('receiving', { exact: true }).waitFor();
    expect(await article.locator('.bar').count()).toBe(4);
  });

  test('a recorded failure is picked, and judged as it came', async () => {
    const opened = await begin(size);
    const { page, go } = opened;
    await go('rules');
    await page.getByText('Pick a recorded failure').click();
    const list = page.getByRole('list', { name: 'Pick a recorded failure' });
    await list.getByText(/Worker w-1 lost/).waitFor();
    await list.getByText(/overloaded/).waitFor();
    await opened.picture('workbench-pick');
    await expectWell(opened, true);
    await page.getByLabel('Search in them').fill('overloaded');
    await expect.poll(() => list.getByRole('button').count()).toBe(1);
    await list.getByRole('button').click();
    await page.getByText('On a first attempt').waitFor();
    expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('503');
    expect(await page.getByLabel('Headers').inputValue()).toBe('content-type: application/json');
    const error = { message: `overloaded ${PLANTED}` };
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe(JSON.stringify({ error }));
    await page.getByLabel('Headers').fill('retry-after: 7');
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('asked again after 7.0 s').waitFor();
    await expectWell(opened, true);
  });

  test('what was tried before is not shown for what is typed since', async () => {
    const bare = journalEntry({ id: 'bare', request: {}, reply: {}, tries: [] });
    const { page, go } = await begin(size, { store: memoryStore([bare]) });
    await go('rules/bare');
    const unkept = page.getByText('No texts of this exchange were kept.');
    await unkept.waitFor();
    const text = page.getByLabel('Text', { exact: true });
    await text.fill('Overloaded');
    await expect.poll(() => unkept.count()).toBe(0);
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/api/workbench', async (route) => {
      await held;
      await route.continue();
    });
    const button = page.getByRole('button', { name: 'Try', exact: true });
    await button.click();
    await text.fill('Something else');
    answer();
    await expect.poll(() => button.isEnabled()).toBe(true);
    expect(await page.getByText('On a first attempt').count()).toBe(0);
    await button.click();
    await page.getByText('On a first attempt').waitFor();
  });

  test('an exchange of the history is opened in the workbench, its prompt as a whole', async () => {
    const opened = await begin(size);
    const { page, go } = opened;
    await go('history/saved');
    await page.getByText('Changed by').waitFor();
    await page.getByText(`regex_replacement.rules[0] (plain dashes ${PLANTED})`).waitFor();
    await page.getByRole('link', { name: 'Open in the workbench' }).click();
    await page.getByText('On a first attempt').waitFor();
    await page.getByLabel('What it is').selectOption('a message of a prompt');
    await page.getByText('The texts', { exact: true }).click();
    await page.getByRole('region', { name: 'text 1 (system)' }).getByText('You are a forest.').waitFor();
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('changes 1 of 2').waitFor();
    const diff = page.getByRole('region', { name: 'What the rules change' });
    await diff.getByText(`What do you hear - and see? ${PLANTED}`).waitFor();
    await opened.picture('workbench');
    await expectWell(opened, true);
    await page.getByLabel('Which').selectOption({ index: 1 });
    await page.getByRole('button', { name: 'Try', exact: true }).click();
    await page.getByText('No rule changes this.').waitFor();
    await page.getByLabel('What it is').selectOption('a reply');
    await page.getByText('Pick a recorded reply').click();
    await page
      .getByRole('list', { name: 'Pick a recorded reply' })
      .getByText(/An owl/)
      .waitFor();
    await expectWell(opened, true);
  });

  test.each<[string, (page: OpenPage['page']) => Promise<void>, RegExp, RegExp]>([
    [
      'to stop',
      async (page) => {
        await page.getByLabel('What you want to read then').fill(`No tea ${PLANTED}`);
      },
      /^stopped/,
      /user_message: No tea/,
    ],
    [
      'to judge by another status',
      async (page) => {
        await page.getByLabel('What it does').selectOption('judge by another status');
      },
      /^asked again/,
      /new_status: 503/,
    ],
  ])('a rule %s is written, tried, looked back with and added', async (_what, fillIn, follows, added) => {
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config });
    const { page, go } = opened;
    await go('rules/unknown-1');
    await page.getByText('On a first attempt').waitFor();
    await page.getByText('Write a new rule').click();
    await fillIn(page);
    await page.getByLabel('Pattern').fill('lost its lease');
    await page.getByRole('button', { name: 'Try with it' }).click();
    await page.getByText(follows).first().waitFor();
    await page.getByRole('button', { name: 'What would it have changed?' }).click();
    await page.getByText(/Would have changed 3 of the last 44 exchanges/).waitFor();
    await opened.picture('workbench-rule');
    await expectWell(opened, true);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('Added to the configuration.').waitFor();
    expect(await config.read()).toMatch(added);
    expect(await config.read()).toMatch(/^# my configuration[^]*# the good one/);
  });

  test('a rule that rewrites is looked back with, too', async () => {
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config });
    const { page, go } = opened;
    await go('rules');
    await page.getByLabel('What it is').selectOption('a reply');
    await page.getByLabel('Text', { exact: true }).fill('An owl');
    await page.getByText('Write a new rule').click();
    await page.getByLabel('Pattern').fill('owl');
    await page.getByLabel('Replaced by').fill(`raven ${PLANTED}`);
    await page.getByRole('button', { name: 'Try with it' }).click();
    await page.getByText('changes it').waitFor();
    await page.getByRole('button', { name: 'What would it have changed?' }).click();
    await page.getByText(/Would have changed 1 of the last 44 exchanges/).waitFor();
    await expectWell(opened, true);
    await page.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('Added to the configuration.').waitFor();
    expect(config.compile(await config.read())).toMatchObject({ kind: 'valid' });
  });

  test('rewriting rules show their hits and the last exchange they changed', async () => {
    const opened = await begin(size);
    const { page, go } = opened;
    const [start] = exchangeEvents('saved');
    if (start?.kind !== 'exchange-start') throw new Error('no beginning');
    const step = { kind: 'repair', name: 'mojibake' } as const;
    const name = `regex_replacement.rules[0] (plain dashes ${PLANTED})`;
    const rule = { name, pattern: '—', step, appliesTo: 'all' };
    server.tell({ ...start, changedBy: [rule] });
    await go('rules');
    const shown = page.getByRole('region', { name: /Rewriting of prompts/ }).getByRole('listitem');
    await shown.getByText('1 hit').waitFor();
    await shown.getByText(`plain dashes ${PLANTED}`).waitFor();
    await shown.scrollIntoViewIfNeeded();
    await opened.picture('rules-hits');
    await shown.getByRole('link', { name: /^last/ }).click();
    await page.getByText('An owl, far away.').waitFor();
  });

  test('the file of a profile is edited as the main one is', async () => {
    const night = memoryConfig('# at night\nerror_handling:\n  max_retries: many\n', 'night');
    const config = memoryConfig(CONFIG);
    const opened = await begin(size, { config, profiles: memoryProfiles({ night }) });
    const { page, go } = opened;
    await go('configuration');
    await page.getByText('/home/user/config.yaml').waitFor();
    await page.getByLabel('File').selectOption('profile night');
    await page.getByText('/home/user/config-night.yaml').waitFor();
    await page.getByText('This configuration can not be used.').waitFor();
    await page.getByRole('button', { name: 'Whole file' }).click();
    const editor = page.getByRole('textbox', { name: 'The configuration file' });
    await editor.getByText('# at night').waitFor();
    await page.getByRole('list', { name: 'Problems' }).getByText('error_handling.max_retries').waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await opened.picture('profile');
    await expectWell(opened, false);
    await editor.press('ControlOrMeta+End');
    for (let typed = 0; typed < 5; typed += 1) await editor.press('Backspace');
    await editor.pressSequentially('4');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('It is in use within two seconds').waitFor();
    expect(await night.read()).toBe('# at night\nerror_handling:\n  max_retries: 4');
    expect(await config.read()).toBe(CONFIG);
    await page.getByRole('button', { name: /as it was until/ }).click();
    await page.getByRole('region', { name: 'What going back would change' }).waitFor();
    await page.getByRole('button', { name: 'First settings' }).click();
    expect(await page.getByLabel('Retries at most').inputValue()).toBe('4');
  });

  test('what is typed is not lost by choosing another file, unless that is wanted', async () => {
    const profiles = memoryProfiles({ night: memoryConfig('# at night\n', 'night') });
    const { page, go, troubles } = await begin(size, { config: memoryConfig(CONFIG), profiles });
    await go('configuration');
    await page.getByLabel('Retries at most').fill('5');
    const file = page.getByLabel('File');
    await file.selectOption('profile night');
    const question = 'What you have changed is not saved. Leave it?';
    await expect.poll(() => troubles).toEqual([question]);
    expect(await file.inputValue()).toBe('');
    expect(await page.getByLabel('Retries at most').inputValue()).toBe('5');
    await page.getByRole('button', { name: 'Whole file' }).click();
    await expect.poll(() => troubles).toEqual([question, question]);
    page.removeAllListeners('dialog').on('dialog', (dialog) => void dialog.accept());
    await file.selectOption('profile night');
    await page.getByText('/home/user/config-night.yaml').waitFor();
    await page.getByRole('button', { name: 'Whole file' }).click();
    await page.getByRole('textbox', { name: 'The configuration file' }).getByText('# at night').waitFor();
  });

  test('a profile whose file is gone leaves the way to the main configuration open', async () => {
    const night: Record<string, ConfigAccess> = { night: memoryConfig('# at night\n', 'night') };
    const { page, go } = await begin(size, { profiles: memoryProfiles(night) });
    await go('configuration');
    await page.getByLabel('File').waitFor();
    delete night['night'];
    await page.getByLabel('File').selectOption('profile night');
    await page.getByText('There is no profile of this name (any more).').waitFor();
    await page.getByRole('button', { name: 'Open the main configuration' }).click();
    await page.getByText('/home/user/config.yaml').waitFor();
  });
});
