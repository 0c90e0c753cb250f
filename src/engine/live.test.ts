import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { configSchema } from '../config/schema.ts';
import { stampOf } from '../config/watch.ts';
import { LiveConfig } from './live.ts';

it('a reading that fails in a way nobody thought of is told, and what was in use stays', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-live-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'config.yaml');
  const said: string[] = [];
  const add = (line: string): unknown => said.push(line);
  const clock = new FakeClock();
  const parsed = configSchema.parse({});
  const config = { ...parsed, target_proxy: { ...parsed.target_proxy, url: 'http://127.0.0.1:1' } };
  const live = new LiveConfig(config, undefined, {
    clock,
    log: { info: add, warn: add, error: add },
    dataFolder: folder,
    observers: () => [],
    ruleStopped: () => undefined,
    paint: (_style, text) => text,
    maxRequestMb: () => 1,
    rewriteWorker: REWRITE_WORKER,
  });
  onTestFinished(() => live.close());
  const read = (): Promise<never> => Promise.reject(new Error('no more sockets'));
  live.follow({ path, asOf: await stampOf(path), read });
  await writeFile(path, 'a: change');
  while (said.length === 0) await clock.advance(50);
  expect(said).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d {2}configuration not reloaded: Error: no more/),
  ]);
  expect(live.config).toBe(config);
});
