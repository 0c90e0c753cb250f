import type { Worker } from 'node:worker_threads';

import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { heard, rule, sayUntil, whole, workerOf } from '../../test/support/rule-runner.ts';
import type { ActiveRule } from './rules.ts';
import { RuleWorker } from './worker.ts';

const HARMLESS = rule('a', 'b');
const UNBOUNDED = rule('<(.*?)>', '[\\1]');

function worker(
  file: URL,
  ...rules: readonly ActiveRule[]
): { readonly worker: RuleWorker; readonly clock: FakeClock } {
  const clock = new FakeClock();
  const started = new RuleWorker(
    file,
    rules.map(({ step }) => step),
    clock,
  );
  onTestFinished(() => started.close());
  return { worker: started, clock };
}

/** The threads that a test starts from now on. */
function startedThreads(): readonly Worker[] {
  const threads: Worker[] = [];
  const note = (thread: Worker): void => void threads.push(thread);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  return threads;
}

const MISSING = new URL('missing.mjs', REWRITE_WORKER);

describe('the worker', () => {
  it('starts one thread for all jobs, and leaves nothing behind on it', async () => {
    const threads = startedThreads();
    const { worker: one } = worker(REWRITE_WORKER, HARMLESS, UNBOUNDED);
    await one.run(whole('a', 0), 100);
    const [thread] = threads;
    const listeners = (): readonly unknown[] =>
      ['message', 'error', 'exit'].map((event) => thread?.listenerCount(event));
    const before = listeners();
    for (let nth = 0; nth < 3; nth += 1) await one.run(whole('<a>', 1), 100);
    expect(listeners()).toEqual(before);
    expect(threads).toHaveLength(1);
  });

  it('does one job after the other', async () => {
    const { worker: one } = worker(REWRITE_WORKER, HARMLESS, UNBOUNDED);
    const ends = await Promise.all([one.run(whole('a<x>', 0, 1), 100), one.run(whole('<y>', 1), 100)]);
    expect(ends).toMatchObject([
      { kind: 'done', texts: ['b[x]'] },
      { kind: 'done', texts: ['[y]'] },
    ]);
  });

  it.each<[string, string, object]>([
    [
      'throws while a step is at work',
      'port.on("message", () => { Atomics.store(atWork, 0, 1); throw new Error("x"); });',
      { kind: 'stopped', step: 1 },
    ],
    [
      'ends while a step is at work',
      'port.on("message", () => { Atomics.store(atWork, 0, 1); process.exit(); });',
      { kind: 'stopped', step: 1 },
    ],
    [
      'throws without',
      'port.on("message", () => { throw new Error("oh"); });',
      { kind: 'unavailable', because: 'Error: oh' },
    ],
    ['can not be read', 'this is no program', { kind: 'unavailable' }],
  ])('that %s', async (_how, code, end) => {
    const { worker: one } = worker(await workerOf(code), HARMLESS, UNBOUNDED);
    expect(await one.run(whole('a', 0), 100)).toMatchObject(end);
    expect(await one.run(whole('a', 0), 100)).toMatchObject(end);
  });

  it('that ended while nobody needed it is started again', async () => {
    const code = 'port.on("message", () => { answer("x"); setImmediate(() => process.exit()); });';
    const { worker: one } = worker(await workerOf(code), HARMLESS);
    const ended = new Promise((resolve) => {
      process.once('worker', (thread) => thread.once('exit', resolve));
    });
    expect(await one.run(whole('a', 0), 100)).toMatchObject({ kind: 'done' });
    await ended;
    expect(await one.run(whole('a', 0), 100)).toMatchObject({ kind: 'done' });
  });

  it('is not stopped while it is busy with what ends by itself', async () => {
    const code = 'when("go", () => answer("x")); port.on("message", () => Atomics.store(atWork, 0, 0));';
    const { worker: one, clock } = worker(await workerOf(code), HARMLESS);
    const end = one.run(whole('a', 0), 100);
    await clock.whenWaiting(100);
    await clock.advance(1_000);
    expect(await sayUntil('go', end)).toMatchObject({ kind: 'done', texts: ['x'] });
    expect(clock.waiting()).toEqual([]);
  });

  it('that breaks down says how much time the step has had', async () => {
    const code = `port.on("message", () => {
      Atomics.store(atWork, 0, 1);
      when("break", () => { throw new Error("x"); });
    });`;
    const { worker: one, clock } = worker(await workerOf(code), HARMLESS, UNBOUNDED);
    const end = one.run(whole('a', 1), 100);
    await clock.whenWaiting(100);
    await clock.advance(30);
    expect(await sayUntil('break', end)).toEqual({ kind: 'stopped', step: 1, usedMs: 30 });
  });

  it('that stops a step after others took long says no more than there was', async () => {
    const code =
      'when("go", () => Atomics.store(atWork, 0, 1)); port.on("message", () => Atomics.store(atWork, 0, 0));';
    const { worker: one, clock } = worker(await workerOf(code), HARMLESS, UNBOUNDED);
    const end = one.run(whole('a', 0, 1), 100);
    await clock.whenWaiting(100);
    await clock.advance(150);
    expect(await sayUntil('go', clock.advanceUntil(end))).toEqual({ kind: 'stopped', step: 1, usedMs: 100 });
  });

  it('says so when it is not there, and tries no more', async () => {
    const threads = startedThreads();
    const { worker: one } = worker(MISSING, HARMLESS);
    for (let nth = 0; nth < 2; nth += 1) {
      expect(await one.run(whole('a', 0), 100)).toEqual({
        kind: 'unavailable',
        because: expect.stringContaining('missing.mjs'),
      });
    }
    expect(threads).toHaveLength(1);
    const { worker: elsewhere } = worker(new URL('https://example.com/worker.js'), HARMLESS);
    expect(await elsewhere.run(whole('a', 0), 100)).toMatchObject({ kind: 'unavailable' });
  });

  it.each<[when: string, code: string, wait: (clock: FakeClock) => Promise<void>]>([
    ['before it is asked', '', () => Promise.resolve()],
    [
      'while a step is at work',
      'port.on("message", () => { Atomics.store(atWork, 0, 1); say("busy"); });',
      () => heard('busy'),
    ],
    ['while none is', 'port.on("message", () => undefined);', (clock) => clock.whenWaiting(100)],
  ])('says that it was closed %s', async (when, code, wait) => {
    const { worker: one, clock } = worker(await workerOf(code), HARMLESS, UNBOUNDED);
    if (when === 'before it is asked') await one.close();
    const ends = [one.run(whole('a', 0), 100), one.run(whole('a', 0), 100)];
    await wait(clock);
    await one.close();
    expect(await Promise.all(ends)).toEqual([{ kind: 'closed' }, { kind: 'closed' }]);
    expect(await one.run(whole('a', 0), 100)).toEqual({ kind: 'closed' });
    expect(clock.waiting()).toEqual([]);
  });

  it('that is closed while it starts starts no more', async () => {
    const { worker: one } = worker(REWRITE_WORKER, HARMLESS);
    const started = new Promise<Worker>((resolve) => process.once('worker', resolve));
    const end = one.run(whole('a', 0), 100);
    const thread = await started;
    const exit = new Promise((resolve) => thread.once('exit', resolve));
    await one.close();
    expect(await end).toEqual({ kind: 'closed' });
    await exit;
  });
});
