import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TestMachine } from '../../test/support/test-machine.ts';

let machine: TestMachine;

beforeEach(() => {
  machine = new TestMachine();
});
afterEach(() => machine.remove());

async function ask(address: string, path: string, method = 'GET', body?: object): Promise<unknown> {
  const answer = await fetch(`${address.replace(/\/v1$/, '')}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-first-hop': 'page' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return answer.json();
}

it('tells the page that the demo answers, and takes the configuration into use that the page saves', async () => {
  await machine.whileRunning(['--port', '0'], async (address) => {
    expect(await ask(address, 'about')).toMatchObject({ isDemo: true, address });
    const file = join(machine.cwd, 'config.yaml');
    const { revision, file: shown } = (await ask(address, 'config')) as { revision: string; file: string };
    expect(shown).toBe(file);
    await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
    const edits = [{ kind: 'set', path: ['target_proxy', 'url'], value: 'http://127.0.0.1:9' }];
    await ask(address, 'config', 'PUT', { revision, edits });
    expect(await readFile(file, 'utf8')).toBe('target_proxy:\n  url: http://127.0.0.1:9\n');
    await vi.waitUntil(async () => {
      await machine.clock.advance(1_000);
      return machine.said.includes('reloaded');
    });
    expect(await ask(address, 'about')).toMatchObject({ isDemo: false, upstream: 'http://127.0.0.1:9' });
  });
  expect(machine.said).toContain('configuration reloaded: target_proxy.url');
});
