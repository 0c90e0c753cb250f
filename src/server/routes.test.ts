import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeOf } from './routes.ts';
import type { Route } from './routes.ts';

const of = <P extends string | undefined>(profile: P): { readonly profile: P } => ({ profile });
const MAIN = of(undefined);

describe('which endpoint is meant', () => {
  it.each<[string, string, Route, string]>([
    ['POST', '/chat/completions', { ...MAIN, kind: 'chat', query: '' }, 'as SillyTavern asks'],
    ['POST', '/v1/chat/completions', { ...MAIN, kind: 'chat', query: '' }, 'with a version'],
    [
      'POST',
      '/v1//chat/completions',
      { ...MAIN, kind: 'chat', query: '' },
      'SillyTavern, address with a slash at its end',
    ],
    ['POST', '//chat/completions', { ...MAIN, kind: 'chat', query: '' }, 'the same without a version'],
    ['POST', '/chat/completions/', { ...MAIN, kind: 'chat', query: '' }, 'a slash at the end'],
    [
      'POST',
      '/v1/completions?a=1',
      { ...MAIN, kind: 'text', query: '?a=1' },
      'text completions, with a query',
    ],
    ['GET', '/models', { ...MAIN, kind: 'models', query: '' }, 'the list of models'],
    ['HEAD', '/v1/models', { ...MAIN, kind: 'models', query: '' }, 'HEAD is asked like GET'],
    ['GET', '/health', { ...MAIN, kind: 'health', query: '' }, 'health'],
    ['GET', '/health/detailed', { ...MAIN, kind: 'health-detailed', query: '' }, 'health in detail'],
    [
      'POST',
      '/v1/embeddings',
      { ...MAIN, kind: 'pass-through', endpoint: 'embeddings', query: '' },
      'others under /v1',
    ],
    [
      'GET',
      '/v1/models/m?x=1',
      { ...MAIN, kind: 'pass-through', endpoint: 'models/m', query: '?x=1' },
      'one model',
    ],
    [
      'GET',
      '/chat/completions',
      { kind: 'wrong-method', path: '/chat/completions', allowed: 'POST' },
      'a browser',
    ],
    ['POST', '/health', { kind: 'wrong-method', path: '/health', allowed: 'GET' }, 'the other way round'],
    ['GET', '/', { kind: 'page', path: '/', query: '' }, 'the page'],
    ['GET', '/?x', { kind: 'page', path: '/', query: '?x' }, 'the page, asked anew'],
    ['GET', '/page/a.js', { kind: 'page', path: '/page/a.js', query: '' }, 'a file of the page'],
    [
      'PUT',
      '/api/config?x=1',
      { kind: 'page', path: '/api/config', query: '?x=1' },
      'its API, which has methods of its own',
    ],
    ['GET', '/page/..%2fa', { kind: 'unknown', path: '/page/..%2fa' }, 'no way out of a folder'],
    ['GET', '/v1', { kind: 'unknown', path: '/v1' }, 'nor there'],
    ['GET', '/embeddings', { kind: 'unknown', path: '/embeddings' }, 'others only under /v1'],
    ['GET', '/constructor', { kind: 'unknown', path: '/constructor' }, 'no name of the language is a path'],
    ['GET', '/v1/../admin', { kind: 'unknown', path: '/v1/../admin' }, 'no way out of the upstream’s folder'],
    ['GET', '/v1/%2e%2E/admin', { kind: 'unknown', path: '/v1/%2e%2E/admin' }, 'nor in disguise'],
    ['GET', '/v1/..%2fadmin', { kind: 'unknown', path: '/v1/..%2fadmin' }, 'nor with encoded slashes'],
    ['GET', '/v1/..\\admin', { kind: 'unknown', path: '/v1/..\\admin' }, 'nor with backslashes'],
    [
      'GET',
      'http://evil.example/v1/models',
      { kind: 'unknown', path: 'http://evil.example/v1/models' },
      'we are no open proxy',
    ],
    ['OPTIONS', '*', { kind: 'unknown', path: '*' }, 'not a path'],
    ['GET', '/V1/models', { kind: 'unknown', path: '/V1/models' }, 'no profile is called like a version'],
    [
      'POST',
      '/api/chat/completions',
      { kind: 'page', path: '/api/chat/completions', query: '' },
      'kept for ourselves',
    ],
  ])('%s %s is %j: %s', (method, target, route) => {
    expect(routeOf(method, target)).toEqual(route);
  });

  const LONGEST = 'a'.repeat(64);
  it.each<[string, string, Route, string]>([
    [
      'POST',
      '/my-story_2/chat/completions?x=1',
      { ...of('my-story_2'), kind: 'chat', query: '?x=1' },
      'chat',
    ],
    ['POST', '//x//v1/completions/', { ...of('x'), kind: 'text', query: '' }, 'with a version, and slashes'],
    ['GET', '/X/models', { ...of('X'), kind: 'models', query: '' }, 'letters keep their case'],
    [
      'POST',
      '/x/v1/embeddings',
      { ...of('x'), kind: 'pass-through', endpoint: 'embeddings', query: '' },
      'others under /v1',
    ],
    ['GET', `/${LONGEST}/models`, { ...of(LONGEST), kind: 'models', query: '' }, 'the longest name'],
    ['GET', `/${LONGEST}a/models`, { kind: 'bad-profile', name: `${LONGEST}a` }, 'one letter too many'],
    ['GET', '/my.profile/models', { kind: 'bad-profile', name: 'my.profile' }, 'no dots'],
    ['GET', '/%78/models', { kind: 'bad-profile', name: '%78' }, 'nothing is decoded'],
    ['GET', '/caf\u00e9/models', { kind: 'bad-profile', name: 'caf\u00e9' }, 'no letters of other alphabets'],
    ['GET', '/x\0/models', { kind: 'bad-profile', name: 'x\0' }, 'no end of a text for the system'],
    ['GET', '/../models', { kind: 'unknown', path: '/../models' }, 'no way to another folder'],
    ['GET', '/%2e%2E/v1/models', { kind: 'unknown', path: '/%2e%2E/v1/models' }, 'nor in disguise'],
    ['GET', '/x%2f..%2fy/models', { kind: 'unknown', path: '/x%2f..%2fy/models' }, 'nor in one segment'],
    ['GET', '/x/models/m', { kind: 'unknown', path: '/x/models/m' }, 'others only under /v1'],
    ['GET', '/x/y/models', { kind: 'unknown', path: '/x/y/models' }, 'one profile at a time'],
    ['GET', '/x/health', { kind: 'unknown', path: '/x/health' }, 'health is of the whole'],
    ['GET', '/x/v1', { kind: 'unknown', path: '/x/v1' }, 'nothing is there'],
    ['GET', '/x/completions', { kind: 'wrong-method', path: '/x/completions', allowed: 'POST' }, 'a browser'],
  ])('%s %s is %j: %s', (method, target, route) => {
    expect(routeOf(method, target)).toEqual(route);
  });

  it('no name of a profile leaves the folder or means another endpoint', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (segment) => {
        const route = routeOf('GET', `/${segment}/models`);
        if (route.kind !== 'models' || route.profile === undefined) return;
        expect(route.profile).toMatch(/^[\w-]{1,64}$/);
        expect(['v1', 'health', 'models', 'chat', 'completions', 'metrics', 'api']).not.toContain(
          route.profile,
        );
      }),
    );
  });
});
