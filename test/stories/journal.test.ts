// The journal of whole exchanges: what a user finds in it afterwards, and that it is in nobody's way.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import type { JournalEntry } from '../../src/journal/entry.ts';
import { rejudge } from '../../src/journal/rejudge.ts';
import { retryPolicy } from '../../src/retry/policy.ts';
import { openJournalStore } from '../../src/storage/journal-open.ts';
import { cut, failure, json, sse } from '../support/answers.ts';
import { ask, askForStream, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { collected, keptLines } from '../support/journal.ts';
import { PLENTY } from '../support/journal-stores.ts';
import { chunk, completion } from '../support/openai.ts';
import { rulesOf } from '../support/outcomes.ts';

/** What is in the journal when First Hop has ended, oldest first. */
async function remembered(
  hop: Hop,
  folder = join(hop.dataFolder, 'journal'),
): Promise<readonly JournalEntry[]> {
  await hop.clock.advanceUntil(hop.stop());
  const { clock } = hop;
  const store = await openJournalStore({ folder, retention: () => PLENTY, clock, log: keptLines().log });
  const entries = await collected(store.entries());
  await store.close();
  return entries;
}

test('a retried exchange is remembered with each attempt, its verdict and delay, and its texts', async () => {
  const hop = await startHop({
    answers: [failure(503, 'Overloaded for now.'), json(completion('Hello there!'))],
  });
  await ask(hop);
  const [entry, ...more] = await remembered(hop);
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    endpoint: 'chat',
    model: 'test-model',
    stream: false,
    end: { kind: 'delivered' },
    attempts: 2,
    rule: 'retry_codes',
    request: { received: expect.stringContaining('Hello there') },
    reply: { received: expect.stringContaining('Hello there!') },
    tries: [
      {
        why: 'first',
        judgements: [{ verdict: { message: 'Overloaded for now.' }, decision: { kind: 'retry' } }],
      },
      { why: 'retry', judgements: [{ decision: { kind: 'finish' } }] },
    ],
  });
});

test('what was judged can be judged again from it, and gets the same verdict', async () => {
  const hop = await startHop({
    answers: [
      failure(429, 'Slow down.', { headers: { 'retry-after': '1' } }),
      sse([chunk('Once')]),
      json(completion('upon')),
      json(completion('a time')),
    ],
  });
  await askForStream(hop);
  await ask(hop);
  const entries = await remembered(hop);
  const { error_handling: errorHandling } = configSchema.parse({});
  for (const entry of entries) {
    const { judgements, unknown } = rejudge(entry, rulesOf(), retryPolicy(errorHandling));
    expect(unknown).toBe(0);
    expect(judgements.map(({ verdict }) => verdict)).toEqual(
      entry.tries.flatMap(({ judgements: recorded }) => recorded.map(({ verdict }) => verdict)),
    );
  }
  expect(entries.flatMap(({ tries }) => tries).length).toBeGreaterThan(2);
});

test('a failed exchange says what the client was told', async () => {
  const hop = await startHop({ answers: [failure(400, 'The prompt is too long.')] });
  await ask(hop);
  const [entry] = await remembered(hop);
  expect(entry?.end).toMatchObject({
    kind: 'failed',
    status: 400,
    message: expect.stringContaining('too long'),
  });
});

describe('texts are not kept', () => {
  test.each<[string, object]>([
    ['where the journal keeps none', { journal: { bodies: 'none' } }],
    [
      'where nothing may be logged',
      { logging: { include_request_data: false, include_response_data: false } },
    ],
    ['of good exchanges where only failures count', { journal: { bodies: 'failed' } }],
  ])('%s', async (_where, config) => {
    const hop = await startHop({ answers: [json(completion('my words'))], config: { ...config } });
    await ask(hop, { messages: [{ role: 'user', content: 'your words' }] });
    const [entry] = await remembered(hop);
    expect(entry).toMatchObject({ end: { kind: 'delivered' } });
    expect(JSON.stringify(entry)).not.toContain('words');
  });
});

test('nothing at all is remembered when it is switched off', async () => {
  const hop = await startHop({ answers: [json(completion('Hi'))], config: { journal: { enabled: false } } });
  await ask(hop);
  expect(await remembered(hop)).toEqual([]);
});

test('a folder that can not be written is said once, and every request is served', async () => {
  const hop = await startHop({
    answers: [json(completion('Hi')), json(completion('Hi')), json(completion('Hi'))],
  });
  writeFileSync(join(hop.dataFolder, 'journal'), 'a file where the folder should be');
  for (let request = 0; request < 3; request += 1) {
    expect((await ask(hop)).status).toBe(200);
    await hop.clock.advance(1_000);
  }
  await hop.clock.advanceUntil(hop.stop());
  expect(hop.logged.filter((line) => line.includes('journal'))).toEqual([
    expect.stringMatching(/can not be used.*Requests are served as ever/),
  ]);
});

test('no key is in it, whoever brought or repeated it', async () => {
  const configured = 'sk-proj-AbCdEfGhIjKlMnOpQrSt';
  const brought = 'correct-horse-battery';
  const inBody = 'staple-of-the-day';
  const said = `Incorrect key ${configured}, or ${brought}, or ${inBody}, see https://x.example/?key=${brought}`;
  const hop = await startHop({
    answers: [failure(503, said), failure(401, said)],
    config: { target_proxy: { apikey: configured } },
  });
  const headers = { 'x-api-key': brought };
  await hop.chat({ proxy_password: inBody }, { headers }).done;
  const everything = JSON.stringify(await remembered(hop));
  expect(everything).toContain('Incorrect key');
  for (const key of [configured, brought, inBody]) expect(everything).not.toContain(key);
});

test('a reply is remembered as it was told, whatever form the upstream gave it', async () => {
  const hop = await startHop({
    answers: [
      json(completion('Hello there!')),
      sse([chunk('Once upon'), cut]),
      json(completion(' a time there was.')),
    ],
  });
  await askForStream(hop);
  await askForStream(hop);
  const [converted, rescued] = await remembered(hop);
  expect(converted?.reply).toEqual({ received: completion('Hello there!') });
  expect(rescued?.reply).toEqual({ received: 'Once upon a time there was.' });
});
