// The built page in a real browser, in front of the management API with exchanges of the test's own making.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { systemClock } from '../../../src/std/clock.ts';
import type { DashboardParts } from '../../../src/dashboard/parts.ts';
import { dashboardParts, serveDashboard } from '../../support/dashboard.ts';
import type { RunningDashboard } from '../../support/dashboard.ts';

const PAGE_FOLDER = fileURLToPath(new URL('../../../dist/page', import.meta.url));

/** The widths that are looked at. */
export const SIZES = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 375, height: 740 },
} as const;
export type Size = keyof typeof SIZES;

/** The management API and the built page. */
export async function startPage(over: Partial<DashboardParts>, text?: string): Promise<RunningDashboard> {
  if (!existsSync(join(PAGE_FOLDER, 'index.html')))
    throw new Error('The page is not built: run npm run build first.');
  return serveDashboard(dashboardParts({ clock: systemClock, pageFolder: PAGE_FOLDER, ...over }, text));
}

/** A page that is open, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of scripts, refusals of the Content-Security-Policy, and dialogs: what a planted script would cause. */
  readonly troubles: readonly string[];
  /** Opens a view by its address behind #. */
  readonly go: (view: string) => Promise<void>;
  /** Serious findings of axe, one per line. */
  readonly axe: () => Promise<readonly string[]>;
  /** Saves a picture, if a folder for pictures is named. */
  readonly picture: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens it at a width, light unless said otherwise. */
export async function openPage(
  browser: Browser,
  url: string,
  size: Size,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<OpenPage> {
  const page = await browser.newPage({
    viewport: SIZES[size],
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  page.setDefaultTimeout(10_000);
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('dialog', (dialog) => {
    troubles.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.getByText('connected', { exact: true }).waitFor();
  return {
    page,
    troubles,
    go: async (view) => {
      await page.goto(`${url}/#/${view}`);
    },
    axe: async () => {
      await page.evaluate(axe.source);
      const findings: unknown = await page.evaluate(
        "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => id + ': ' + nodes.map(({ target, failureSummary }) => target.join(' ') + ' ' + failureSummary).join(' | ')))",
      );
      return findings as readonly string[];
    },
    picture: async (name) => {
      const folder = process.env['FIRST_HOP_SCREENSHOTS'];
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `page-${name}${size === 'phone' ? '-phone' : ''}.png`) });
    },
    close: () => page.close(),
  };
}

/** Nothing of the page is wider than the screen. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const excess: unknown = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(excess).toBe(0);
}
