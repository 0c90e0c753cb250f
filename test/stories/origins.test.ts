// Which web pages may call First Hop, and under which names it answers at all (CORS, DNS rebinding).
import { describe, expect, test } from 'vitest';
import { json, sse } from '../support/answers.ts';
import { errorIn } from '../support/expectations.ts';
import { startHop } from '../support/harness.ts';
import { completion, completionStream } from '../support/openai.ts';

const good = json(completion('Hi'));
const PREFLIGHT = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'authorization,content-type',
};

describe('pages of this computer and of private networks', () => {
  test.each([
    'http://localhost:8000',
    'http://127.0.0.1:8000',
    'http://[::1]:8000',
    'https://localhost',
    'http://192.168.1.20:8000',
    'http://10.0.0.3:8000',
    'http://172.16.5.5',
    'http://172.31.255.1:1',
  ])('%s may call', async (origin) => {
    const hop = await startHop({ answers: [good] });
    const reply = await hop.chat({}, { headers: { origin } }).done;
    expect([reply.status, reply.header('access-control-allow-origin')]).toEqual([200, origin]);
    expect(reply.header('vary')?.toLowerCase()).toContain('origin');
    const headers = { origin, ...PREFLIGHT };
    const preflight = await hop.client.call('/v1/chat/completions', { method: 'OPTIONS', headers }).done;
    expect([200, 204]).toContain(preflight.status);
    expect(preflight.header('access-control-allow-origin')).toBe(origin);
    expect(preflight.header('access-control-allow-methods')).toContain('POST');
    expect(preflight.header('access-control-allow-headers')?.toLowerCase()).toMatch(/\*|authorization/);
    expect(hop.upstream.requests).toHaveLength(1);
  });

  test('they can read errors and streams too', async () => {
    const origin = 'http://localhost:8000';
    const hop = await startHop({ answers: [good] });
    const headers = { origin, 'content-type': 'application/json' };
    for (const reply of [
      await hop.client.post('/v1/chat/completions', '{', headers),
      await hop.client.get('/nowhere', headers),
      await hop.client.get('/health', headers),
      await hop.chat({ stream: true }, { headers }).done,
    ])
      expect(reply.header('access-control-allow-origin')).toBe(origin);
  });

  test.each([
    ['plain', false],
    ['stream', true],
  ])('what the upstream says about origins is not for them (%s)', async (_name, stream) => {
    const origin = 'http://localhost:8000';
    const headers = { 'access-control-allow-origin': 'https://upstream.example', vary: 'accept-encoding' };
    const hop = await startHop({
      answers: [stream ? sse(completionStream('Hi'), { headers }) : json(completion('Hi'), { headers })],
    });
    const reply = await hop.chat({ stream }, { headers: { origin } }).done;
    expect([reply.status, reply.header('access-control-allow-origin')]).toEqual([200, origin]);
    expect(reply.header('vary')?.toLowerCase()).toContain('origin');
  });
});

describe('foreign pages', () => {
  test.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://192.168.1.20.evil.example',
    'http://172.32.0.1',
    'http://8.8.8.8',
    'null',
  ])('%s may not', async (origin) => {
    const hop = await startHop({ answers: [good] });
    const reply = await hop.client.get('/v1/models', { origin });
    expect(reply.header('access-control-allow-origin')).toBeUndefined();
    const headers = { origin, ...PREFLIGHT };
    const preflight = await hop.client.call('/v1/chat/completions', { method: 'OPTIONS', headers }).done;
    expect(preflight.header('access-control-allow-origin')).toBeUndefined();
  });

  test('unless the configuration names them', async () => {
    const config = { server: { cors_origins: ['https://chat.example'] } };
    const hop = await startHop({ answers: [good], config });
    const named = await hop.client.get('/health', { origin: 'https://chat.example' });
    expect(named.header('access-control-allow-origin')).toBe('https://chat.example');
    const other = await hop.client.get('/health', { origin: 'https://other.example' });
    expect(other.header('access-control-allow-origin')).toBeUndefined();
  });

  test('an upstream that allows everyone does not open the door', async () => {
    const answer = json(completion('Hi'), { headers: { 'access-control-allow-origin': '*' } });
    const hop = await startHop({ answers: [answer] });
    const reply = await hop.chat({}, { headers: { origin: 'https://evil.example' } }).done;
    expect(reply.header('access-control-allow-origin')).toBeUndefined();
  });
});

describe('names', () => {
  test.each(['evil.example', 'evil.example:8765', 'localhost.evil.example', '8.8.8.8'])(
    'on loopback, a Host of %s is refused',
    async (host) => {
      const hop = await startHop({ answers: [good] });
      const reply = await hop.chat({}, { headers: { host } }).done;
      expect([400, 403, 421]).toContain(reply.status);
      errorIn(reply);
      expect(hop.upstream.requests).toEqual([]);
    },
  );

  test.each(['localhost', 'localhost:8765', '127.0.0.1', '127.0.0.1:1', '[::1]:8765', 'LOCALHOST:8765'])(
    'a Host of %s is this computer',
    async (host) => {
      const hop = await startHop({ answers: [good] });
      expect((await hop.chat({}, { headers: { host } }).done).status).toBe(200);
    },
  );
});
