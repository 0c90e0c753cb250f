import { describe, expect, it } from 'vitest';
import { upstreamAddress } from './address.ts';

describe('where an address leads', () => {
  it.each([
    ['https://host.example', '/v1/chat/completions', 'the bare server'],
    ['https://host.example/', '/v1/chat/completions', 'with a slash'],
    ['https://host.example/v1', '/v1/chat/completions', 'as most providers write it'],
    ['https://host.example/v1/', '/v1/chat/completions', 'with a slash'],
    ['https://host.example//v1//', '/v1/chat/completions', 'with doubled slashes'],
    ['https://host.example/v1/chat/completions', '/v1/chat/completions', 'copied from a manual'],
    ['https://host.example/v1/chat/completions/', '/v1/chat/completions', 'with a slash'],
    ['https://host.example/chat/completions', '/chat/completions', 'written out: taken exactly'],
    ['https://host.example/v1/completions', '/v1/chat/completions', 'the other endpoint'],
    ['https://host.example/v1/models', '/v1/chat/completions', 'the list of models'],
    ['https://host.example/proxy/openai', '/proxy/openai/v1/chat/completions', 'a reverse proxy in a folder'],
    [
      'https://host.example/v1beta/openai',
      '/v1beta/openai/chat/completions',
      'Google: the version is inside',
    ],
    ['https://host.example/api/paas/v4', '/api/paas/v4/chat/completions', 'another version'],
    ['https://host.example/v1?key=abc', '/v1/chat/completions?key=abc', 'a query is kept'],
    ['http://127.0.0.1:5001/api/vault', '/api/vault/v1/chat/completions', 'a folder that only begins with v'],
  ])('%s → %s (%s)', (url, path) => {
    expect(upstreamAddress(url).pathTo('chat/completions', '')).toBe(path);
  });

  it('joins the client’s query to its own', () => {
    expect(upstreamAddress('https://h.example/v1?a=1').pathTo('models', '?b=2')).toBe('/v1/models?a=1&b=2');
    expect(upstreamAddress('https://h.example/v1').pathTo('models', '?b=2')).toBe('/v1/models?b=2');
    expect(upstreamAddress('https://h.example/v1').pathTo('models', '?')).toBe('/v1/models');
  });

  it('knows the origin, port included', () => {
    expect(upstreamAddress('http://127.0.0.1:5001/v1').origin).toBe('http://127.0.0.1:5001');
  });
});
