import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as httpRequest } from 'node:http';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ENDLESS_TEXT, memoryConfig, memoryStore } from '../../test/support/dashboard.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/harness.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { configSchema } from '../config/schema.ts';
import type { RewritingTrial } from '../dashboard/parts.ts';
import type { RunnableConfig } from './engine.ts';
import { judgingOf } from './page-config.ts';
import { openPage } from './page.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers freely
type Ask = (path: string, method?: string, body?: object, headers?: Record<string, string>) => Promise<any>;

function runnable(url: string, more: object = {}): RunnableConfig {
  const parsed = configSchema.parse(more);
  return { ...parsed, target_proxy: { ...parsed.target_proxy, url, apikey: 'sk-kept' } };
}

async function setUp(config: () => RunnableConfig, hasProfiles = true): Promise<{ ask: Ask; file: string }> {
  const folder = await temporaryFolder();
  const file = join(folder, 'config.yaml');
  const page = openPage({
    clock: new FakeClock(),
    rewriteWorker: REWRITE_WORKER,
    version: '1.2.3',
    dataFolder: join(folder, 'data'),
    pageFolder: folder,
    journal: memoryStore(),
    configFile: file,
    hasProfiles,
    env: {},
    config,
    upstream: () => ({ failures_in_a_row: 0 }),
    url: () => 'http://127.0.0.1:8765',
    isDemo: (url) => url.includes('demo'),
  });
  const server = createServer((request, response) => {
    const { pathname: path, search: query } = new URL(String(request.url), 'http://localhost');
    void page.handle({ request, response, signal: new AbortController().signal, path, query });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    page.close();
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const ask: Ask = (path, method = 'GET', body, headers = {}) =>
    new Promise((resolve, reject) => {
      const sent = { 'content-type': 'application/json', 'x-first-hop': 'page', ...headers };
      const call = httpRequest({ port, path: `/api/${path}`, method, headers: sent }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(JSON.parse(text)));
      });
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { ask, file };
}

it('tells what it stands in front of', async () => {
  let config = runnable('http://u:secret@provider.example/v1');
  const { ask } = await setUp(() => config);
  expect(await ask('about')).toEqual({
    version: '1.2.3',
    address: 'http://127.0.0.1:8765/v1',
    isDemo: false,
    upstream: 'http://…@provider.example/v1',
    hasLogin: false,
  });
  config = runnable('http://demo.example');
  expect(await ask('about')).toMatchObject({ isDemo: true, upstream: 'the built-in demo' });
});

it('uses the rules of the moment', async () => {
  let config = runnable('http://a.example');
  const { ask } = await setUp(() => config);
  const judge = async (): Promise<string> =>
    (await ask('workbench', 'POST', { status: 418, text: 'x' })).judged.verdict.rule;
  expect([await judge(), await judge()]).toEqual(['unlisted_status', 'unlisted_status']);
  config = runnable('http://a.example', { error_handling: { retry_codes: [418] } });
  expect(await judge()).toBe('retry_codes');
});

it('asks for the token of the moment, and knows a session no longer when it changes', async () => {
  let token = 'correct horse';
  const { ask } = await setUp(() => runnable('http://a.example', { server: { admin_token: token } }));
  expect(await ask('about')).toMatchObject({ error: {} });
  const bearer = { authorization: `Bearer ${token}` };
  expect(await ask('about', 'GET', undefined, bearer)).toMatchObject({ hasLogin: true });
  token = 'another horse';
  expect(await ask('about', 'GET', undefined, bearer)).toMatchObject({ error: {} });
});

it('sends the key that is kept to its own server only', async () => {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    response.end('{"data":[]}');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let config = runnable(url);
  const { ask } = await setUp(() => config);
  await ask('connection/test', 'POST', { url: `${url}/v1` });
  config = runnable('http://other.example');
  await ask('connection/test', 'POST', { url });
  expect(await ask('connection/test', 'POST', { url: 'no address' })).toMatchObject({ kind: 'failed' });
  expect(keys).toEqual(['Bearer sk-kept', undefined]);
});

it('reads and writes the file', async () => {
  const { ask, file } = await setUp(() => runnable('http://a.example'));
  const { revision, problems, settings } = await ask('config');
  expect([problems, settings.error_handling.max_retries]).toEqual([[], 10]);
  await ask('config', 'PUT', { text: '# mine\nerror_handling: {max_retries: 2}\n', revision });
  expect(await readFile(file, 'utf8')).toBe('# mine\nerror_handling: {max_retries: 2}\n');
  await writeFile(file, 'error_handling: {max_retries: many}\n');
  const broken = await ask('config');
  expect(broken).toMatchObject({ problems: [{ line: 1 }], versions: [] });
  expect(broken).not.toHaveProperty('settings');
  // What could not be used before is all new.
  expect(await ask('config/check', 'POST', { text: 'server: {port: 1}' })).toMatchObject({
    changes: expect.arrayContaining([{ path: 'server', after: expect.stringContaining('"port":1') }]),
  });
});

it('reads and writes the files of profiles, each with versions of its own', async () => {
  const { ask, file } = await setUp(() => runnable('http://a.example'));
  const profile = join(dirname(file), 'config-night.yaml');
  await writeFile(profile, 'error_handling: {max_retries: 2}\n');
  const { revision, file: shown, settings } = await ask('config?profile=night');
  expect([shown, settings.error_handling.max_retries]).toEqual([profile, 2]);
  const text = 'error_handling: {max_retries: 4}\n';
  expect(await ask('config', 'PUT', { profile: 'night', text, revision })).toMatchObject({
    versions: [{ id: expect.stringMatching(/^\d+$/) }],
  });
  expect(await readFile(profile, 'utf8')).toBe(text);
  expect(await ask('config')).toMatchObject({
    text: '',
    versions: [],
    files: [{ file }, { profile: 'night' }],
  });
});

it('shows no profiles where none are used', async () => {
  const { ask, file } = await setUp(() => runnable('http://a.example'), false);
  await writeFile(join(dirname(file), 'config-night.yaml'), '');
  expect((await ask('config')).files).toEqual([{ file }]);
  expect(await ask('config?profile=night')).toMatchObject({ error: { code: 'unknown_path' } });
});

it('tells whole lists that change, and settings that come and go', () => {
  const config = memoryConfig('');
  expect(
    config.changes('target_proxy: {url: "http://a.example"}', 'error_handling: {retry_codes: [500]}'),
  ).toEqual([
    { path: 'target_proxy.url', before: '"http://a.example"' },
    { path: 'error_handling.retry_codes', before: expect.stringMatching(/^\[408/), after: '[500]' },
  ]);
  expect(config.changes('', 'a: [')).toEqual([]);
  expect(config.settings('server: {admin_token: correct horse}')).toMatchObject({
    server: { admin_token: '…' },
  });
});

it('applies text rules to what they are meant for', async () => {
  const config = configSchema.parse({
    regex_replacement: { enabled: false, rules: [{ pattern: 'a' }] },
    response_processing: { rules: [{ pattern: 'b', apply_to: 'reasoning' }, { pattern: 'c' }] },
  });
  const { rewriting } = judgingOf(config, { clock: new FakeClock(), rewriteWorker: REWRITE_WORKER });
  expect(rewriting.rules.map(({ title, shown }) => [title, shown.pattern])).toEqual([
    ['response_processing.rules[0]', 'b'],
    ['response_processing.rules[1]', 'c'],
  ]);
  const trial = rewriting.begin();
  onTestFinished(() => trial.close());
  const texts = ['user', 'reply', 'reasoning'].map((kind) => ({ kind, text: 'abc' }));
  expect((await trial.apply(texts, 'request')).texts).toEqual(['abc', 'abc', 'abc']);
  expect(await trial.apply(texts, 'reply')).toMatchObject({
    texts: ['abc', 'ab', 'ac'],
    applied: [{ changed: 1 }, { changed: 1 }],
  });
});

describe('rules that take too long', () => {
  const slow = { pattern: '^(a+)+$' };
  const texts = [{ kind: 'user', text: ENDLESS_TEXT }];

  function begin(...rules: readonly object[]): { readonly trial: RewritingTrial; readonly clock: FakeClock } {
    const clock = new FakeClock();
    const config = configSchema.parse({ regex_replacement: { rules } });
    const trial = judgingOf(config, { clock, rewriteWorker: REWRITE_WORKER }).rewriting.begin();
    onTestFinished(() => trial.close());
    return { trial, clock };
  }

  it('are tried beside everything else, and are not asked again and again', async () => {
    const { trial, clock } = begin(slow);
    const left = { texts: [ENDLESS_TEXT], applied: [{ effect: 'too-slow', changed: 0 }] };
    for (const _time of [1, 2, 3]) {
      const trying = trial.apply(texts, 'request');
      // Whoever waits here is not held up by the rule, which is at work.
      await clock.whenWaiting(100);
      expect(await clock.advanceUntil(trying)).toMatchObject(left);
    }
    const stoppedAtMs = clock.nowMs();
    expect(await trial.apply(texts, 'request')).toMatchObject(left);
    expect(clock.nowMs()).toBe(stoppedAtMs);
  });

  it('share what they may take for one request, as in a chat', async () => {
    const { trial, clock } = begin(slow, { pattern: '!', replacement: '?' }, slow);
    const { texts: after, applied } = await clock.advanceUntil(trial.apply(texts, 'request'));
    expect(after).toEqual([ENDLESS_TEXT.replace('!', '?')]);
    expect(applied).toMatchObject([
      { effect: 'too-slow' },
      { effect: 'changed' },
      // Nothing was left for it.
      { effect: 'too-slow', tookMs: 0 },
    ]);
  });
});
