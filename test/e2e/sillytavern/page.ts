// SillyTavern's real page, used as a user does: by what is on the screen. No story knows a selector.
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

/** The character every new SillyTavern has. */
const CHARACTER = 'Seraphina';

/** What the user sees of the connection. */
export interface Connection {
  /** The line under Connect: "Valid" when the models came. */
  readonly status: string;
  /** "Available Models", without the "None" that SillyTavern puts first. */
  readonly models: readonly string[];
}

/** The panels behind the symbols at the top of the page. */
interface Panels {
  /** Sets the source "Custom (OpenAI-compatible)" and its address, and presses Connect. */
  readonly connect: (baseUrl: string) => Promise<void>;
  /** What stands in "API Connections"; saves a picture of it under the name given, as `screenshot` does. */
  readonly connection: (picture?: string) => Promise<Connection>;
  readonly chooseModel: (id: string) => Promise<void>;
  /** Presses "Test Message". */
  readonly sendTestMessage: () => Promise<void>;
  readonly setStreaming: (on: boolean) => Promise<void>;
}

/** The chat that is open. */
interface Chat {
  /** An empty chat with the character that SillyTavern brings; what earlier stories showed is gone. */
  readonly startNewChat: () => Promise<void>;
  readonly say: (message: string) => Promise<void>;
  readonly pressStop: () => Promise<void>;
  /** While a reply is awaited or written, the page shows Stop instead of Send. */
  readonly isBusy: () => Promise<boolean>;
  /** The texts of the chat after the character's greeting, from first to last. */
  readonly messages: () => Promise<readonly string[]>;
  readonly toasts: () => Promise<readonly string[]>;
  readonly errorToasts: () => Promise<readonly string[]>;
}

/** The page of a user. */
export interface ChatPage extends Panels, Chat {
  /** Saves a picture when FIRST_HOP_SCREENSHOTS names a folder, else does nothing. */
  readonly screenshot: (name: string) => Promise<void>;
}

/** Opens SillyTavern, answers the question for a name that it asks the first time, and picks its character. */
export async function openChatPage(browser: Browser, sillyTavernUrl: string): Promise<ChatPage> {
  // SillyTavern honours reduced motion: no panel is half open when a story looks at it.
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
  const welcome = page.locator('dialog.popup:has(.onboarding)');
  page.setDefaultTimeout(15_000);
  await page.addLocatorHandler(welcome, async () => {
    await welcome.locator('.popup-input').fill('Alex');
    await welcome.locator('.popup-button-ok').click();
  });
  await page.goto(sillyTavernUrl);
  await inDrawer(page, 'rightNavHolder', async () => {
    await page.locator('.character_select', { hasText: CHARACTER }).click();
    await page.locator('#chat .mes').first().waitFor();
  });
  return { ...panelsOf(page), ...chatOf(page), screenshot: (name) => takePicture(page, name) };
}

function panelsOf(page: Page): Panels {
  const inPanel = <T>(use: () => Promise<T>): Promise<T> => inDrawer(page, 'sys-settings-button', use);
  const status = page.locator('#openai_api .online_status_text');
  return {
    connect: (baseUrl) =>
      inPanel(async () => {
        await page.locator('#main_api').selectOption({ label: 'Chat Completion' });
        await page.locator('#chat_completion_source').selectOption({ label: 'Custom (OpenAI-compatible)' });
        await page.locator('#custom_api_url_text').fill(baseUrl);
        const answered = page.waitForResponse('**/api/backends/chat-completions/status');
        await page.locator('#api_button_openai').click();
        await answered;
        await status.filter({ hasNotText: 'No connection' }).waitFor();
      }),
    connection: (picture) =>
      inPanel(async () => {
        if (picture !== undefined) await takePicture(page, picture);
        const models = await page.locator('#model_custom_select option').allInnerTexts();
        return { status: await status.innerText(), models: models.filter((name) => name !== 'None') };
      }),
    chooseModel: (id) =>
      inPanel(async () => {
        await page.locator('#model_custom_select').selectOption(id);
      }),
    sendTestMessage: () => inPanel(() => page.locator('#test_api_button').click()),
    setStreaming: (on) =>
      inDrawer(page, 'ai-config-button', () => page.locator('#stream_toggle').setChecked(on)),
  };
}

function chatOf(page: Page): Chat {
  const messages = page.locator('#chat .mes');
  const stop = page.locator('#mes_stop');
  return {
    startNewChat: async () => {
      // A story that failed may have left a reply half written.
      if (await stop.isVisible()) await clickUnlessGone(stop);
      await stop.waitFor({ state: 'hidden' });
      for (const toast of await page.locator('.toast').all()) await clickUnlessGone(toast);
      await page.locator('#options_button').click();
      await page.locator('#option_start_new_chat').click();
      // By the time it asks its server for the new chat, the page has cleared the old one.
      const asked = page.waitForResponse('**/api/chats/get');
      await page.locator('dialog.popup .popup-button-ok').click();
      await asked;
      await messages.first().waitFor();
      await page.locator('#options').waitFor({ state: 'hidden' });
    },
    say: async (message) => {
      await page.locator('#send_textarea').fill(message);
      await page.locator('#send_but').click();
    },
    pressStop: () => stop.click(),
    isBusy: () => stop.isVisible(),
    messages: async () => (await messages.locator('.mes_text').allInnerTexts()).slice(1),
    toasts: () => page.locator('.toast').allInnerTexts(),
    errorToasts: () => page.locator('.toast-error').allInnerTexts(),
  };
}

/** Clicks what goes away by itself after a while, and is content when it has. */
async function clickUnlessGone(target: Locator): Promise<void> {
  await target.click({ timeout: 2_000 }).catch(() => undefined);
}

async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['FIRST_HOP_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Opens one of the panels behind the symbols at the top, uses it, and closes it again. */
async function inDrawer<T>(page: Page, id: string, use: () => Promise<T>): Promise<T> {
  const toggle = page.locator(`#${id} > .drawer-toggle`);
  const content = page.locator(`#${id} > .drawer-content`);
  await toggle.click();
  await content.and(page.locator('.openDrawer')).waitFor();
  const result = await use();
  await toggle.click();
  await content.and(page.locator('.closedDrawer')).waitFor({ state: 'hidden' });
  return result;
}
