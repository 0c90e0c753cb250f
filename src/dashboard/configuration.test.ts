import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  CONFIG_TEXT,
  memoryConfig,
  memoryProfiles,
  serveForTest as open,
} from '../../test/support/dashboard.ts';
import type { RunningDashboard } from '../../test/support/dashboard.ts';
import type { ConfigAccess } from './parts.ts';

describe('the configuration', () => {
  const KEY = 'sk-abcdefghijklmnop1234';

  async function opened(
    over: Partial<ConfigAccess> = {},
  ): Promise<{ config: ConfigAccess; ask: RunningDashboard['ask'] }> {
    const config = { ...memoryConfig(CONFIG_TEXT), ...over };
    const { ask } = await open({ config });
    return { config, ask };
  }

  it('is shown without its secrets, and comes back with them', async () => {
    const { config, ask } = await opened();
    const { json } = await ask('GET', '/api/config');
    expect(json).toMatchObject({ file: '/home/user/config.yaml', problems: [], versions: [] });
    expect(json.text).toContain('apikey: <hidden-1> # the good one');
    const text = json.text.replace('max_retries: 3', 'max_retries: 4');
    const saved = await ask('PUT', '/api/config', { text, revision: json.revision });
    expect(saved).toMatchObject({ status: 200, json: { versions: [{ id: '1' }] } });
    expect(await config.read()).toBe(CONFIG_TEXT.replace('max_retries: 3', 'max_retries: 4'));
    expect(saved.text).not.toContain(KEY);
  });

  it('is checked before it is saved: problems in place, and what would change', async () => {
    const { ask } = await opened();
    const text = CONFIG_TEXT.replace(KEY, '<hidden-1>').replace('max_retries: 3', 'max_retries: 4');
    expect((await ask('POST', '/api/config/check', { text })).json).toEqual({
      problems: [],
      changes: [{ path: 'error_handling.max_retries', before: '3', after: '4' }],
    });
    const other = `${text.replace('<hidden-1>', 'sk-zzzzzzzzzzzzzzz1234')}server: {port: many}\n`;
    const { json } = await ask('POST', '/api/config/check', { text: other });
    expect(json).toMatchObject({
      changes: [],
      problems: [{ severity: 'error', line: 17, path: 'server.port' }],
    });
  });

  it('tells of a new key that one has come, not which', async () => {
    const { ask } = await opened();
    const edits = [{ kind: 'set', path: ['target_proxy', 'apikey'], value: 'sk-abcdefghijklmnop9999' }];
    const { json } = await ask('POST', '/api/config/check', { edits });
    expect(json.changes).toEqual([
      { path: 'target_proxy.apikey', before: '"sk-…1234"', after: '"sk-…9999"' },
    ]);
    const gone = [{ kind: 'set', path: ['target_proxy', 'apikey'], value: null }];
    const removed = await ask('POST', '/api/config/check', { edits: gone });
    expect(removed.json.changes).toEqual([{ path: 'target_proxy.apikey', before: '"sk-…1234"' }]);
  });

  it('takes single changes and leaves the rest as it is', async () => {
    const { config, ask } = await opened();
    const { revision } = (await ask('GET', '/api/config')).json;
    const edits = [{ kind: 'set', path: ['error_handling', 'max_retries'], value: 7 }];
    await ask('PUT', '/api/config', { edits, revision });
    expect(await config.read()).toBe(CONFIG_TEXT.replace('max_retries: 3', 'max_retries: 7'));
  });

  it('goes back to what it was', async () => {
    const { config, ask } = await opened();
    await config.write('{}');
    const { revision } = (await ask('GET', '/api/config')).json;
    const { text } = (await ask('GET', '/api/config/versions/1')).json;
    expect(text).toContain('<hidden-1>');
    await ask('PUT', '/api/config', { version: '1', revision });
    expect(await config.read()).toBe(CONFIG_TEXT);
    expect((await ask('GET', '/api/config/versions/99')).status).toBe(404);
  });

  it('is that of a profile where one is named, with versions and problems of its own', async () => {
    const writing = memoryConfig('error_handling: {max_retries: 2}\nserver: {port: 1}\n', 'writing');
    const main = memoryConfig(CONFIG_TEXT);
    const { ask } = await open({ config: main, profiles: memoryProfiles({ writing }) });
    const files = [
      { file: '/home/user/config.yaml' },
      { profile: 'writing', file: '/home/user/config-writing.yaml' },
    ];
    expect((await ask('GET', '/api/config')).json).toMatchObject({ file: files[0]?.file, files });
    const { json } = await ask('GET', '/api/config?profile=writing');
    expect(json).toMatchObject({
      ...files[1],
      files,
      text: await writing.read(),
      problems: [{ severity: 'warning', message: expect.stringContaining('no effect in a profile') }],
      settings: { error_handling: { max_retries: 2 } },
    });
    const text = 'error_handling: {max_retries: 5}\n';
    const checked = await ask('POST', '/api/config/check', { profile: 'writing', text });
    expect(checked.json.changes).toEqual([{ path: 'error_handling.max_retries', before: '2', after: '5' }]);
    const saved = await ask('PUT', '/api/config', { profile: 'writing', text, revision: json.revision });
    expect(saved.json).toMatchObject({ profile: 'writing', versions: [{ id: '1' }] });
    expect([await writing.read(), await main.read()]).toEqual([text, CONFIG_TEXT]);
    const version = await ask('GET', '/api/config/versions/1?profile=writing');
    expect(version.json.text).toContain('max_retries: 2');
    expect((await ask('GET', '/api/config/versions/1')).status).toBe(404);
  });

  it.each([
    ['nobody', 'a name without a file'],
    ['../../etc/passwd', 'a path'],
    ['', 'nothing'],
  ])('is not that of %j: %s', async (profile) => {
    const { ask } = await opened();
    const query = `profile=${encodeURIComponent(profile)}`;
    const answers = [
      await ask('GET', `/api/config?${query}`),
      await ask('GET', `/api/config/versions/1?${query}`),
      await ask('POST', '/api/config/check', { profile, text: '' }),
      await ask('PUT', '/api/config', { profile, text: '' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });

  it.each<[string, object, number, string]>([
    ['a text made from another state of the file', { text: '', revision: 'old' }, 409, 'changed meanwhile'],
    ['a text that can not be used', { text: 'server: {port: x}' }, 422, 'Not saved'],
    ['a placeholder of nothing', { text: 'target_proxy: {apikey: <hidden-9>}' }, 422, 'placeholder'],
    ['a version that is gone', { version: '9' }, 404, 'version'],
    ['nothing', {}, 400, 'Send'],
    ['edits of nothing', { edits: [1] }, 400, 'Send'],
    ['edits without a path', { edits: [{ kind: 'set', path: [] }] }, 400, 'Send'],
    ['edits of another kind', { edits: [{ kind: 'swap', path: ['a'] }] }, 400, 'Send'],
    ['edits at no name', { edits: [{ kind: 'set', path: [1] }] }, 400, 'Send'],
  ])('refuses %s', async (_what, body, status, words) => {
    const { config, ask } = await opened();
    const { revision } = (await ask('GET', '/api/config')).json;
    const answer = await ask('PUT', '/api/config', { revision, ...body });
    expect(answer).toMatchObject({ status, json: { error: { message: expect.stringContaining(words) } } });
    expect(await config.read()).toBe(CONFIG_TEXT);
  });

  it('refuses to check what is not clear, too', async () => {
    const { ask } = await opened();
    expect((await ask('POST', '/api/config/check', {})).status).toBe(400);
  });

  it.each<[string, unknown, string]>([
    ['a folder that may not be written', Object.assign(new Error('no'), { code: 'EACCES' }), 'EACCES'],
    ['something nobody thought of', 'odd', 'unknown'],
  ])('tells of %s', async (_what, error, words) => {
    const { ask } = await opened({ write: () => Promise.reject(error) });
    const { revision } = (await ask('GET', '/api/config')).json;
    const answer = await ask('PUT', '/api/config', { text: '{}', revision });
    expect(answer).toMatchObject({
      status: 409,
      json: { error: { message: expect.stringContaining(words) } },
    });
  });

  it('comes with its schema', async () => {
    const { ask } = await open();
    expect((await ask('GET', '/api/schema')).json).toMatchObject({
      type: 'object',
      properties: { target_proxy: {} },
    });
  });
});

describe('trying a connection', () => {
  async function provider(
    status: number,
    body: string,
  ): Promise<{ url: string; keys: (string | undefined)[] }> {
    const keys: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(
      () =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        }),
    );
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
  }

  it('lists the models there', async () => {
    const { url, keys } = await provider(200, '{"data":[{"id":"b"},{"id":"a"},{"name":"no id"},7]}');
    const { ask } = await open();
    const answer = await ask('POST', '/api/connection/test', { url: ` ${url} `, apikey: 'sk-typed' });
    expect(answer.json).toEqual({ kind: 'connected', models: ['a', 'b'] });
    expect(keys).toEqual(['Bearer sk-typed']);
  });

  it('uses the configured key where none is typed', async () => {
    const { url, keys } = await provider(200, '{"data":[]}');
    const { ask } = await open({ keyFor: (asked) => (asked === url ? 'sk-kept' : undefined) });
    await ask('POST', '/api/connection/test', { url, apikey: '' });
    await ask('POST', '/api/connection/test', { url: `${url}/v1` });
    expect(keys).toEqual(['Bearer sk-kept', undefined]);
  });

  it.each<[string, number, string, string]>([
    [
      'a key that is refused',
      401,
      '{"error":{"message":"bad sk-typed-key-1234"}}',
      'does not accept the API key',
    ],
    [
      'a page that is no API',
      200,
      '<html><title>Welcome</title></html>',
      'sent something that is not a reply: Welcome',
    ],
    [
      'an object that is no list',
      200,
      '{"choices":[{"message":{"content":"Hi"}}]}',
      'not with a list of models',
    ],
  ])('says in words: %s', async (_what, status, body, words) => {
    const { url } = await provider(status, body);
    const { ask } = await open();
    const { json } = await ask('POST', '/api/connection/test', { url, apikey: 'sk-typed-key-1234' });
    expect(json).toEqual({ kind: 'failed', message: expect.stringMatching(new RegExp(words, 'i')) });
    expect(json.message).not.toContain('sk-typed-key-1234');
  });

  it.each<[string, object]>([
    ['no address', {}],
    ['another scheme', { url: 'ftp://a.example' }],
    ['a key of two lines', { url: 'http://127.0.0.1', apikey: 'a\nb' }],
  ])('says in words: %s', async (_what, body) => {
    const { ask } = await open();
    expect((await ask('POST', '/api/connection/test', body)).json).toMatchObject({ kind: 'failed' });
  });
});
