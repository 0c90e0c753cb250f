// A configuration that changes while First Hop runs: the next request uses it, the running ones are not disturbed, and
// a mistake in it costs nothing.
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { failure, gate, json, sse } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import { errorIn, expectWholeStream, textOf } from '../support/expectations.ts';
import { settle } from '../support/fake-clock.ts';
import { ask, passTimeUntil, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { chunk, completion, doneFrame, finishChunk } from '../support/openai.ts';
import { headerOf, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

const HI = json(completion('Hi'));
const RELOADED = /^\d\d:\d\d:\d\d {2}configuration reloaded: (.*)$/;

const fileOf = (hop: Hop): string => join(hop.configFolder, 'config.yaml');
const isLogged = (hop: Hop, words: string | RegExp): boolean =>
  hop.logged.some((line) => (typeof words === 'string' ? line.includes(words) : words.test(line)));

/** Saves the text and waits until it is in use. */
async function saveAndUse(hop: Hop, text: string, words: string | RegExp = RELOADED): Promise<void> {
  await writeFile(fileOf(hop), text);
  await passTimeUntil(hop, () => isLogged(hop, words));
}

async function anotherUpstream(...answers: readonly Answer[]): Promise<ScriptedUpstream> {
  const upstream = await startUpstream(answers);
  onTestFinished(() => upstream.close());
  return upstream;
}

/** `GET /health/detailed`, as text. */
const healthOf = async (hop: Hop): Promise<string> => (await hop.client.get('/health/detailed')).text;

test('a saved change is used by the next request; the stream that runs goes on with what it began with', async () => {
  const more = gate();
  const other = await anotherUpstream(json(completion('from the other one')));
  const hop = await startHop({
    live: true,
    answers: [sse([chunk('Once'), more.opened, chunk(' upon a time'), finishChunk(), doneFrame])],
    config: { target_proxy: { apikey: 'sk-the-first-key-0123' } },
  });
  const stream = hop.chat({ stream: true });
  await stream.until('Once');
  await saveAndUse(hop, `target_proxy: {url: "${other.url}", apikey: sk-the-second-key-4567}`);
  expect((await ask(hop)).text).toContain('from the other one');
  expect(headerOf(await other.request(1), 'authorization')).toBe('Bearer sk-the-second-key-4567');

  const running = await hop.upstream.request(1);
  more.open();
  const reply = await stream.done;
  expectWholeStream(reply);
  expect(textOf(reply)).toBe('Once upon a time');
  expect(headerOf(running, 'authorization')).toBe('Bearer sk-the-first-key-0123');
  // The connection of a configuration that nobody uses any more is not kept.
  await passTimeUntil(hop, () => hop.upstream.openConnections() === 0);
});

test('a request in a backoff keeps its retries, the next one has the new ones', async () => {
  const hop = await startHop({ live: true, answers: [failure(503, 'Busy')], config: {} });
  hop.clock.holdSleeps = true;
  const first = ask(hop);
  await hop.upstream.request(1);
  await saveAndUse(hop, 'error_handling: {max_retries: 0}', 'error_handling.max_retries');
  expect(errorIn(await ask(hop)).message).toContain('Busy');
  const askedUntilNow = hop.upstream.requests.length;
  hop.clock.holdSleeps = false;
  expect((await hop.clock.advanceUntil(first)).status).toBe(503);
  expect(hop.upstream.requests.length).toBeGreaterThan(askedUntilNow + 5);
});

test('a file put in the place of the old one is used, and what changed is said without its values', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: {} });
  const draft = join(hop.configFolder, '.config.yaml.swp');
  const key = 'sk-proj-0123456789abcdefWXYZ';
  await writeFile(draft, `error_handling: {max_retries: 3}\ntarget_proxy: {apikey: ${key}}\n`);
  await rename(draft, fileOf(hop));
  await passTimeUntil(hop, () => isLogged(hop, RELOADED));
  expect(hop.logged.at(-1)).toMatch(/reloaded: target_proxy\.apikey, error_handling\.max_retries$/);
  expect(hop.logged.join('\n')).not.toContain(key);
  expect(await healthOf(hop)).toContain('"max_retries":3');
});

test('a broken change is told with its place, and the old configuration stays until it is mended', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: { error_handling: { max_retries: 4 } } });
  const loaded = /"configuration_loaded":"[^"]+"/.exec(await healthOf(hop))?.[0] ?? '';
  await saveAndUse(hop, 'error_handling:\n  max_retries: ten\n', 'not reloaded');
  expect(hop.logged.filter((line) => line.includes('max_retries'))).toEqual([
    `${fileOf(hop)}:2:16 error_handling.max_retries: "ten" is not a whole number of 0 or more`,
  ]);
  expect((await ask(hop)).status).toBe(200);
  const broken = await healthOf(hop);
  for (const words of [loaded, '"max_retries":4', 'config.yaml:2:16 error_handling.max_retries']) {
    expect(broken).toContain(words);
  }
  // Nothing of where the file is goes out over the network.
  expect(broken).not.toContain(hop.configFolder);
  await hop.clock.advance(60_000);
  expect(hop.logged.filter((line) => line.includes('max_retries'))).toHaveLength(1);

  await saveAndUse(hop, 'error_handling: {max_retries: 10}', 'reloaded: error_handling.max_retries');
  const mended = await healthOf(hop);
  expect(mended).toContain('"max_retries":10');
  expect(mended).not.toContain('configuration_problem');
  expect(mended).not.toContain(loaded);
});

test('a deleted file and an emptied one are told, and what they said before stays in use', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: { error_handling: { max_retries: 4 } } });
  await rm(fileOf(hop));
  await passTimeUntil(hop, () => isLogged(hop, 'is gone; the configuration in use stays'));
  expect(await healthOf(hop)).toContain('config.yaml: this file is gone');
  await saveAndUse(hop, '', 'is empty; the configuration in use stays');
  expect(await healthOf(hop)).toMatch(/this file is empty.*"max_retries":4/);
  await saveAndUse(hop, 'error_handling: {max_retries: 4}', 'reloaded: nothing in it has changed');
  expect((await ask(hop)).status).toBe(200);
});

test('the warnings of a change are told; an address to listen on waits for a restart, the rest is used', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: {} });
  await saveAndUse(hop, 'server: {host: 0.0.0.0}', 'to use the new server.host, restart First Hop');
  expect(isLogged(hop, RELOADED)).toBe(false);
  await saveAndUse(
    hop,
    'server: {host: 0.0.0.0, max_request_mb: 0.001, cors_origins: ["https://chat.example"]}\nodd: 1',
    RELOADED,
  );
  expect(hop.logged.slice(-3)).toEqual([
    expect.stringContaining('(warning) odd'),
    expect.stringMatching(/reloaded: server\.max_request_mb, server\.cors_origins$/),
    expect.stringContaining('restart First Hop'),
  ]);
  const page = await hop.client.get('/health', { origin: 'https://chat.example' });
  expect(page.header('access-control-allow-origin')).toBe('https://chat.example');
  expect((await ask(hop, { filler: 'x'.repeat(2_000) })).status).toBe(413);
  // It still listens on this device only, and so still refuses foreign names.
  expect((await hop.client.get('/health', { host: 'hop.example' })).status).toBe(403);
});

test('a new upstream starts with a clean record, the same one keeps its own', async () => {
  const hop = await startHop({ live: true, answers: [failure(401, 'No')], config: {} });
  await ask(hop);
  await saveAndUse(hop, 'error_handling: {max_retries: 1}');
  expect(await healthOf(hop)).toContain('"failures_in_a_row":1');
  await saveAndUse(hop, 'target_proxy: {url: "http://127.0.0.1:1"}', 'target_proxy.url');
  expect(await healthOf(hop)).toContain('"failures_in_a_row":0');
});

test('nothing is looked at any more when it is over', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: {} });
  await hop.clock.advanceUntil(hop.stop());
  await writeFile(fileOf(hop), 'error_handling: {max_retries: 1}');
  await hop.clock.advance(10_000);
  await settle();
  expect(hop.logged).toEqual([]);
});
