import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalEntry, memoryStore, serveForTest as open } from '../../test/support/dashboard.ts';
import { temporaryFolder } from '../../test/support/harness.ts';
import { isLoopbackHost, isLoopbackName } from '../server/origin.ts';
import { findRoute } from './api.ts';
import type { ApiRoute } from './api.ts';

type Headers = Readonly<Record<string, string>>;

const withToken = { adminToken: 'correct horse battery', isLoopbackHost, isLoopbackName };

describe('who may use the API', () => {
  it.each<[string, Headers, number]>([
    ['a page of ours, as a browser says it', { 'sec-fetch-site': 'same-origin' }, 200],
    ['a person who typed the address', { 'sec-fetch-site': 'none' }, 200],
    ['a program that is no browser', {}, 200],
    ['another page on this computer, on another port', { 'sec-fetch-site': 'same-site' }, 403],
    ['a page from anywhere', { 'sec-fetch-site': 'cross-site' }, 403],
    ['an old browser that sends only an Origin', { origin: 'http://evil.example' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['a foreign name for this computer', { host: 'evil.example' }, 403],
    ['somebody behind a tunnel that ends here', { 'x-forwarded-for': '203.0.113.9' }, 403],
    ['somebody behind a tunnel of Cloudflare', { 'cf-connecting-ip': '203.0.113.9' }, 403],
  ])('%s', async (_who, headers, status) => {
    const { ask } = await open();
    expect((await ask('GET', '/api/about', undefined, headers)).status).toBe(status);
  });

  it('takes an Origin that is its own', async () => {
    const { ask, url } = await open();
    const headers = { origin: url, host: new URL(url).host };
    expect((await ask('GET', '/api/about', undefined, headers)).status).toBe(200);
  });

  it.each<[string, Headers, number]>([
    ['without the header that only our page sends', { 'x-first-hop': '' }, 200],
    ['as a form sends it', { 'content-type': 'text/plain' }, 415],
    ['with parameters to its type', { 'content-type': 'application/json; charset=utf-8' }, 200],
  ])('a change %s', async (_how, headers, status) => {
    const { ask } = await open();
    expect((await ask('POST', '/api/config/check', { text: '' }, headers)).status).toBe(status);
  });

  it('refuses a change without the header at all, and without a type', async () => {
    const { url } = await open();
    const answer = await fetch(`${url}/api/config/check`, { method: 'POST' });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('x-first-hop'), code: 'not_allowed_here' },
    });
    const typeless = await fetch(`${url}/api/config/check`, {
      method: 'POST',
      headers: { 'x-first-hop': 'page' },
    });
    expect(typeless.status).toBe(415);
  });

  it('never lets another origin read an answer, nor ask beforehand', async () => {
    const { ask } = await open();
    const preflight = await ask('OPTIONS', '/api/about', undefined, { origin: 'http://evil.example' });
    expect(preflight.status).toBe(405);
    for (const answer of [preflight, await ask('GET', '/api/about')])
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('with server.admin_token', () => {
  it('answers nobody without it, whoever they are', async () => {
    const { ask } = await open({ access: withToken });
    for (const cookie of ['', 'first_hop_session=', 'first_hop_session=deadbeef', 'other=1']) {
      const { status, json } = await ask('GET', '/api/now', undefined, { cookie });
      expect([status, json.error.message]).toEqual([401, expect.stringContaining('admin_token')]);
    }
    expect((await ask('GET', '/api/now', undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });

  it('opens a session for it, by a cookie that scripts and other pages can not use', async () => {
    const { ask } = await open({ access: withToken });
    expect((await ask('POST', '/api/login', { token: 'wrong' })).status).toBe(401);
    expect((await ask('POST', '/api/login', {})).status).toBe(401);
    const login = await ask('POST', '/api/login', { token: withToken.adminToken });
    const cookie = String(login.headers['set-cookie']);
    expect(cookie).toMatch(/^first_hop_session=[\da-f]{64}; Path=\/api; HttpOnly; SameSite=Strict$/);
    const headers = { cookie: `a=b; ${cookie.split(';')[0]}` };
    expect((await ask('GET', '/api/about', undefined, headers)).json).toMatchObject({ hasLogin: true });
  });

  it('takes it as a bearer token, from anywhere', async () => {
    const { ask } = await open({ access: withToken });
    const headers = {
      authorization: `Bearer ${withToken.adminToken}`,
      host: 'first-hop.example',
      'x-forwarded-for': '::1',
    };
    expect((await ask('GET', '/api/about', undefined, headers)).status).toBe(200);
  });

  it('has nothing to log in to without it', async () => {
    const { ask } = await open();
    expect((await ask('POST', '/api/login', { token: '' })).status).toBe(401);
  });
});

describe('the form of requests and answers', () => {
  it.each<[string, string, unknown, number]>([
    ['GET', '/api/nothing', undefined, 404],
    ['GET', '/api/exchanges/a/b/c', undefined, 404],
    ['PUT', '/api/about', {}, 405],
    ['HEAD', '/api/about', undefined, 405],
    ['POST', '/api/config/check', '[1]', 400],
    ['POST', '/api/config/check', 'not JSON', 400],
    ['POST', '/api/config/check', `"${'x'.repeat(9_000_000)}"`, 400],
  ])('%s %s', async (method, path, body, status) => {
    const { ask } = await open();
    expect((await ask(method, path, body)).status).toBe(status);
  });

  it('names the methods there are', () => {
    const routes: readonly ApiRoute[] = [['GET', 'a/*', () => ({ kind: 'text', body: '' })]];
    expect(findRoute(routes, 'PUT', 'a/b')).toEqual({ kind: 'none', allowed: ['GET'] });
  });

  it('says what the page may load on every answer, and that none is to be kept', async () => {
    const { ask } = await open();
    const { headers } = await ask('GET', '/api/about');
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; script-src 'self'; style-src 'self'/,
      ),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });
});

describe('the files of the page', () => {
  async function pageFolder(): Promise<string> {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'page'));
    await writeFile(join(folder, 'index.html'), '<!doctype html>');
    await writeFile(join(folder, 'secret.txt'), 'not a type of ours');
    await writeFile(join(folder, 'page', 'app-1a2b.js'), 'let a');
    await writeFile(join(folder, 'page', 'app-1a2b.js.gz'), 'packed');
    return folder;
  }

  it.each<[string, Headers, number, string, Headers]>([
    ['/', {}, 200, '<!doctype html>', { 'cache-control': 'no-cache' }],
    ['/page/app-1a2b.js', {}, 200, 'let a', { 'cache-control': 'public, max-age=31536000, immutable' }],
    ['/page/app-1a2b.js', { 'accept-encoding': 'gzip, br' }, 200, 'packed', { 'content-encoding': 'gzip' }],
    ['/secret.txt', {}, 404, 'nothing at', {}],
    ['/page/../../../etc/passwd', {}, 404, 'nothing at', {}],
    ['/page/', {}, 404, 'nothing at', {}],
  ])('%s', async (path, asked, status, text, headers) => {
    const { ask } = await open({ pageFolder: await pageFolder() });
    const answer = await ask('GET', path, undefined, asked);
    expect(answer).toMatchObject({ status, headers });
    expect(answer.text).toContain(text);
  });

  it('gives the head alone, too', async () => {
    const { ask } = await open({ pageFolder: await pageFolder() });
    expect(await ask('HEAD', '/')).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': '15' },
    });
  });

  it('are shown on this computer only, unless there is a token', async () => {
    const folder = await pageFolder();
    const here = await open({ pageFolder: folder });
    const elsewhere = { host: 'first-hop.example' };
    const refused = await here.ask('GET', '/', undefined, elsewhere);
    expect([refused.status, refused.json.error.message]).toEqual([
      403,
      expect.stringContaining('server.admin_token'),
    ]);
    const anywhere = await open({ pageFolder: folder, access: withToken });
    expect((await anywhere.ask('GET', '/', undefined, elsewhere)).status).toBe(200);
  });

  it('are missing where they have not been built', async () => {
    const { ask } = await open();
    expect((await ask('GET', '/')).status).toBe(404);
  });
});

it('tells no key, whatever is asked', async () => {
  const key = 'sk-abcdefghijklmnop1234';
  const entry = journalEntry({ headers: [['Authorization', `Bearer ${key}`]] });
  const { ask } = await open({ store: memoryStore([entry]) });
  const paths = [
    'about',
    'now',
    'exchanges',
    'exchanges/a/curl',
    'exchanges/a/fixture',
    'rules',
    'suggestions',
    'config',
  ];
  const answers = await Promise.all(paths.map((path) => ask('GET', `/api/${path}`)));
  const checked = await ask('POST', '/api/config/check', { text: 'target_proxy: {apikey: x}' });
  for (const { text } of [...answers, checked]) expect(text).not.toContain('abcdefghijklmnop');
});
