// Profiles: further configurations beside the main one, chosen by the first part of the path.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openJournalStore } from '../../src/storage/journal-open.ts';
import { failure, gate, json, sse } from '../support/answers.ts';
import type { Answer } from '../support/answers.ts';
import type { Reply } from '../support/client.ts';
import { errorIn, expectWholeStream } from '../support/expectations.ts';
import { ask, chatBody, passTimeUntil, startHop } from '../support/harness.ts';
import type { Hop } from '../support/harness.ts';
import { keptLines } from '../support/journal.ts';
import { PLENTY } from '../support/journal-stores.ts';
import { chunk, completion, doneFrame, finishChunk } from '../support/openai.ts';
import { headerOf, startUpstream } from '../support/scripted-upstream.ts';
import type { ScriptedUpstream } from '../support/scripted-upstream.ts';

const HI = json(completion('from the main one'));

async function anotherUpstream(...answers: readonly Answer[]): Promise<ScriptedUpstream> {
  const upstream = await startUpstream(answers);
  onTestFinished(() => upstream.close());
  return upstream;
}

const write = (hop: Hop, profile: string, text: string): Promise<void> =>
  writeFile(join(hop.configFolder, `config-${profile}.yaml`), text);

const askAt = (hop: Hop, path: string): Promise<Reply> => hop.client.post(path, chatBody());

test('a profile has its own upstream and its own key, and the main configuration knows nothing of it', async () => {
  const other = await anotherUpstream(json(completion('from the profile')));
  const hop = await startHop({
    live: true,
    answers: [HI],
    config: { target_proxy: { apikey: 'sk-main-0123456789' } },
  });
  await write(hop, 'night', `target_proxy: {url: "${other.url}", apikey: sk-night-0123456789}`);
  for (const path of [
    '/night/chat/completions',
    '/night/v1/chat/completions',
    '//night/v1//chat/completions/',
  ]) {
    expect((await askAt(hop, path)).text).toContain('from the profile');
  }
  expect((await ask(hop)).text).toContain('from the main one');
  const keys = [...other.requests, ...hop.upstream.requests].map((request) =>
    headerOf(request, 'authorization'),
  );
  expect(keys).toEqual([...Array<string>(3).fill('Bearer sk-night-0123456789'), 'Bearer sk-main-0123456789']);
  expect(hop.logged.filter((line) => line.includes('profile "night" is in use'))).toHaveLength(1);
});

test('models, text completions, streams and everything under /v1 work in a profile too', async () => {
  const list = '{"object":"list","data":[{"id":"night-model"}]}';
  const other = await anotherUpstream(
    json(list),
    json(completion('text')),
    sse([chunk('Hi'), finishChunk(), doneFrame]),
    json('{"data":[1]}'),
  );
  const hop = await startHop({ live: true, answers: [json('{"object":"list","data":[]}')], config: {} });
  await write(hop, 'night', `target_proxy: {url: "${other.url}"}`);
  expect((await hop.client.get('/night/models')).text).toBe(list);
  const text = { prompt: 'Once', model: 'm' };
  await hop.client.post('/night/v1/completions', JSON.stringify(text));
  expectWholeStream(await hop.client.post('/night/chat/completions', chatBody({ stream: true })));
  expect((await hop.client.post('/night/v1/embeddings', '{}')).text).toBe('{"data":[1]}');
  expect(other.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v1/models',
    'POST /v1/completions',
    'POST /v1/chat/completions',
    'POST /v1/embeddings',
  ]);
  // Each upstream's list is remembered for itself.
  expect((await hop.client.get('/models')).text).toBe('{"object":"list","data":[]}');
});

describe('no profile', () => {
  test.each([
    ['a name without a file', '/nobody/chat/completions', 'nobody'],
    ['another case than the file has', '/Night/chat/completions', 'Night'],
    ['dots', '/night.yaml/chat/completions', 'night.yaml'],
    ['a way out', '/../chat/completions', '..'],
    ['a way out in disguise', '/%2e%2e/chat/completions', '%2e%2e'],
    ['a way out behind a name', '/..%2fsecret/chat/completions', '..%2fsecret'],
    ['one letter too many', `/${'n'.repeat(65)}/chat/completions`, 'n'.repeat(65)],
    ['an encoded letter', '/nigh%74/chat/completions', 'nigh%74'],
  ])('%s: 404 in words that name it, and nothing is forwarded', async (_what, path, name) => {
    const hop = await startHop({ live: true, answers: [HI], config: {} });
    await write(hop, 'night', '');
    await mkdir(join(hop.configFolder, 'config-'));
    await writeFile(join(hop.configFolder, 'secret.yaml'), '');
    const reply = await askAt(hop, path);
    const error = errorIn(reply);
    expect([reply.status, error.type]).toEqual([404, 'not_found_error']);
    expect(error.message).toContain(name);
    expect(error.message).not.toContain(hop.configFolder);
    expect([hop.upstream.requests, hop.logged]).toEqual([[], []]);
  });

  test('without a configuration file there are none', async () => {
    const hop = await startHop({ answers: [HI] });
    const reply = await askAt(hop, '/night/v1/chat/completions');
    expect(reply.status).toBe(404);
    expect(errorIn(reply).message).toBe(
      'There is no profile "night": First Hop runs without a configuration file.',
    );
  });
});

test('a broken profile is told in words with its place, at the terminal once, until it is mended', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: {} });
  await write(hop, 'night', 'error_handling:\n  max_retries: ten\n  base_delay: x\nodd: 1\n');
  for (let again = 0; again < 2; again += 1) {
    const reply = await askAt(hop, '/night/chat/completions');
    expect([reply.status, errorIn(reply).code]).toEqual([503, 'broken_profile']);
    expect(errorIn(reply).message).toBe(
      'The profile "night" can not be used: config-night.yaml:2:16 error_handling.max_retries: "ten" is not a whole ' +
        'number of 0 or more (and 1 more). Correct the file, then send again.',
    );
  }
  expect(hop.logged).toHaveLength(3);
  await write(hop, 'night', 'error_handling: {max_retries: -1}');
  expect(errorIn(await askAt(hop, '/night/chat/completions')).message).not.toContain('more)');
  expect(hop.logged).toHaveLength(4);
  await write(hop, 'night', 'error_handling: {max_retries: 1}');
  expect((await askAt(hop, '/night/chat/completions')).status).toBe(200);
  expect((await ask(hop)).status).toBe(200);
});

test('a profile is reloaded by itself, and removed with its file; its running stream goes on', async () => {
  const more = gate();
  const other = await anotherUpstream(
    failure(401, 'No such key'),
    sse([chunk('Once'), more.opened, finishChunk(), doneFrame]),
  );
  const hop = await startHop({ live: true, answers: [HI], config: {} });
  await write(hop, 'night', '');
  expect((await askAt(hop, '/night/chat/completions')).text).toContain('from the main one');
  await write(hop, 'night', `target_proxy: {url: "${other.url}"}`);
  await passTimeUntil(hop, () =>
    hop.logged.some((line) => line.includes('profile "night" reloaded: target_proxy.url')),
  );
  expect(errorIn(await askAt(hop, '/night/chat/completions')).message).toContain('No such key');
  expect((await ask(hop)).status).toBe(200);

  const health = await hop.client.get('/health/detailed');
  expect(health.json).toMatchObject({
    upstream: { failures_in_a_row: 0 },
    profiles: { night: { upstream: { failures_in_a_row: 1 }, configuration_loaded: expect.any(String) } },
    counts: { exchanges: 3, failed: 1 },
  });

  const stream = hop.client.call('/night/chat/completions', {
    method: 'POST',
    body: chatBody({ stream: true }),
    headers: { 'content-type': 'application/json' },
  });
  await stream.until('Once');
  await rm(join(hop.configFolder, 'config-night.yaml'));
  await passTimeUntil(hop, () =>
    hop.logged.some((line) => line.includes('is gone, and so is the profile "night"')),
  );
  expect((await askAt(hop, '/night/chat/completions')).status).toBe(404);
  more.open();
  expectWholeStream(await stream.done);
  expect((await hop.client.get('/health/detailed')).json).toMatchObject({ profiles: {} });

  await write(hop, 'night', '# back again');
  expect((await askAt(hop, '/night/chat/completions')).status).toBe(200);
});

test('what only the main file can set is told once, and its limits hold', async () => {
  const hop = await startHop({ live: true, answers: [HI], config: { server: { max_request_mb: 0.001 } } });
  await write(hop, 'night', 'server: {port: 1, max_request_mb: 10}\nlogging: {enabled: true}\n');
  const replies = await Promise.all([1, 2].map(() => askAt(hop, '/night/chat/completions')));
  expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  expect(hop.logged.filter((line) => line.includes('(warning)'))).toEqual([
    `${join(hop.configFolder, 'config-night.yaml')} (warning): server.port, server.max_request_mb, logging.enabled: ` +
      'has no effect in a profile, only in the main file',
  ]);
  const long = chatBody({ filler: 'x'.repeat(2_000) });
  expect((await hop.client.post('/night/chat/completions', long)).status).toBe(413);
});

test('a profile that is in use already is recorded as the main file says now', async () => {
  const hop = await startHop({ live: true, answers: [HI] });
  await write(hop, 'night', '');
  await askAt(hop, '/night/chat/completions');
  await writeFile(join(hop.configFolder, 'config.yaml'), 'journal: {enabled: false}');
  await passTimeUntil(hop, () => hop.logged.some((line) => line.includes('reloaded')));
  await askAt(hop, '/night/chat/completions');
  await hop.clock.advanceUntil(hop.stop());
  const folder = join(hop.dataFolder, 'journal');
  const { clock } = hop;
  const store = await openJournalStore({ folder, retention: () => PLENTY, clock, log: keptLines().log });
  expect(await store.list({ limit: 9 })).toHaveLength(1);
  await store.close();
});
