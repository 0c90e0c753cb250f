import { describe, expect, it } from 'vitest';
import { routeOf } from './routes.ts';
import type { Route } from './routes.ts';

describe('which endpoint is meant', () => {
  it.each<[string, string, Route, string]>([
    ['POST', '/chat/completions', { kind: 'chat', query: '' }, 'as SillyTavern asks'],
    ['POST', '/v1/chat/completions', { kind: 'chat', query: '' }, 'with a version'],
    [
      'POST',
      '/v1//chat/completions',
      { kind: 'chat', query: '' },
      'SillyTavern, address with a slash at its end',
    ],
    ['POST', '//chat/completions', { kind: 'chat', query: '' }, 'the same without a version'],
    ['POST', '/chat/completions/', { kind: 'chat', query: '' }, 'a slash at the end'],
    ['POST', '/v1/completions?a=1', { kind: 'text', query: '?a=1' }, 'text completions, with a query'],
    ['GET', '/models', { kind: 'models', query: '' }, 'the list of models'],
    ['HEAD', '/v1/models', { kind: 'models', query: '' }, 'HEAD is asked like GET'],
    ['GET', '/health', { kind: 'health', query: '' }, 'health'],
    ['GET', '/health/detailed', { kind: 'health-detailed', query: '' }, 'health in detail'],
    [
      'POST',
      '/v1/embeddings',
      { kind: 'pass-through', endpoint: 'embeddings', query: '' },
      'others under /v1',
    ],
    ['GET', '/v1/models/m?x=1', { kind: 'pass-through', endpoint: 'models/m', query: '?x=1' }, 'one model'],
    [
      'GET',
      '/chat/completions',
      { kind: 'wrong-method', path: '/chat/completions', allowed: 'POST' },
      'a browser',
    ],
    ['POST', '/health', { kind: 'wrong-method', path: '/health', allowed: 'GET' }, 'the other way round'],
    ['GET', '/', { kind: 'unknown', path: '/' }, 'nothing is there'],
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
  ])('%s %s is %j: %s', (method, target, route) => {
    expect(routeOf(method, target)).toEqual(route);
  });
});
