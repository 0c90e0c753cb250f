// What the page is shown in its tests: a configuration and a journal with markup planted wherever text comes from outside.
import { expect } from 'vitest';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import { answered, attemptEntry, failedEntry, journalEntry, retryable } from '../../support/dashboard.ts';
import { expectNoSidewaysScroll } from './open.ts';
import type { OpenPage } from './open.ts';

/** Would run if any text were taken for markup, and would be seen as an image. */
export const PLANTED = '<img src=x onerror="alert(document.domain)">';

export const CONFIG = `# my configuration
target_proxy:
  url: https://provider.example/v1
  apikey: sk-abcdefghijklmnop1234 # the good one
error_handling:
  max_retries: 3
  hard_stop_conditions:
    rules:
      - pattern: no more credit
        user_message: Buy credit, then send again.
        description: 'credit ${PLANTED}'
regex_replacement:
  rules:
    - pattern: '—'
      replacement: '-'
      description: 'plain dashes ${PLANTED}'
`;

export const HOUR_MS = 3_600_000;

/** A saved exchange, three failures that no rule knew, and forty without a story. */
export function entries(now: number): readonly JournalEntry[] {
  const asked = JSON.stringify({
    model: PLANTED,
    messages: [
      { role: 'system', content: 'You are a forest.' },
      { role: 'user', content: `What do you hear — and see? ${PLANTED}` },
    ],
  });
  // Judged by rules that have been changed since.
  const overloaded = retryable({
    rule: 'conditional_retry_codes',
    reason: 'overloaded',
    message: `overloaded ${PLANTED}`,
    builtinRule: 'overloaded',
  });
  const saved = journalEntry({
    id: 'saved',
    startedAt: now - HOUR_MS,
    model: `deepseek ${PLANTED}`,
    stream: true,
    attempts: 2,
    elapsedMs: 5_200,
    firstContentMs: 2_400,
    reason: 'overloaded',
    rule: 'conditional_retry_codes',
    tokens: { prompt: 812, completion: 144, total: 956 },
    request: { received: asked, sent: asked.replace(' — and', ' - and') },
    changedBy: { request: [`regex_replacement.rules[0] (plain dashes ${PLANTED})`] },
    reply: { received: `An owl, far away. ${PLANTED}` },
    tries: [
      attemptEntry(answered(503, { error: { message: `overloaded ${PLANTED}` } }), overloaded, {
        connectedMs: 80,
        answeredMs: 900,
        endedMs: 910,
      }),
      attemptEntry(
        { kind: 'opened', status: 200, headers: [] },
        { kind: 'good', ended: true },
        {
          why: 'retry',
          startedMs: 1_910,
          connectedMs: 1_920,
          answeredMs: 2_300,
          shownMs: 2_400,
          endedMs: 5_200,
        },
      ),
    ],
  });
  const unknown = [1, 2, 3].map((index) =>
    failedEntry(`unknown-${index}`, 418, `Worker w-${index} lost its lease ${PLANTED}`, {
      startedAt: now - index * HOUR_MS,
    }),
  );
  const plain = Array.from({ length: 40 }, (_, index) =>
    journalEntry({
      id: `plain-${index}`,
      startedAt: now - (index + 2) * HOUR_MS,
      model: index % 3 === 0 ? 'gpt' : 'gemini',
    }),
  );
  return [saved, ...unknown, ...plain];
}

/** No script of a text has run, no text has become an element, nothing was refused, and axe is content. */
export async function expectWell({ page, troubles, axe }: OpenPage, planted: boolean): Promise<void> {
  expect(troubles).toEqual([]);
  expect(await page.locator('img').count()).toBe(0);
  if (planted) expect(await page.getByText(PLANTED).count()).toBeGreaterThan(0);
  await expectNoSidewaysScroll(page);
  expect(await axe()).toEqual([]);
}
