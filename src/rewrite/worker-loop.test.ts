import { MessageChannel } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { compileTextRule } from './pattern.ts';
import type { Step } from './step.ts';
import { IDLE, serveJobs } from './worker-loop.ts';

function step(pattern: string): Step {
  const compiled = compileTextRule({ pattern, replacement: 'x', flags: '' });
  if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
  return { kind: 'rule', rule: compiled.rule };
}

it('counts the time of what is not harmless, and shows what is at work', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const atWork = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const clock = new FakeClock();
  // Every look at the clock takes a second.
  let nowMs = 0;
  clock.nowMs = () => (nowMs += 1_000);
  serveJobs(port1, { steps: [step('a'), step('b+b'), step('c')], atWork }, clock);
  const chains = [[0, 1, 2, 1].map((index) => ({ kind: 'whole', step: index }) as const)];
  const answer = new Promise((resolve) => port2.once('message', resolve));
  port2.postMessage({ chains, pieces: [{ chain: 0, text: 'abbc', isEnd: true }] });
  const changes = [0, 1, 2].map((index) => ({ piece: 0, step: index }));
  expect(await answer).toEqual({ chains, texts: ['xxx'], changes, usedMs: 2_000 });
  expect(Atomics.load(atWork, 0)).toBe(IDLE);
});

it('is what the thread runs', async () => {
  const on = vi.fn<() => void>();
  vi.doMock('node:worker_threads', () => ({ parentPort: { on }, workerData: { steps: [] } }));
  await import('./worker-entry.ts');
  expect(on).toHaveBeenCalledWith('message', expect.any(Function));
  vi.resetModules();
  vi.doMock('node:worker_threads', () => ({ parentPort: null, workerData: null }));
  await import('./worker-entry.ts');
  expect(on).toHaveBeenCalledTimes(1);
  vi.doUnmock('node:worker_threads');
});
