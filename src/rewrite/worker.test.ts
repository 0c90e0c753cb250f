import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BroadcastChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock, settle } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { ruleRunner } from './budget.ts';
import type { RuleRunner } from './budget.ts';
import type { Job } from './job.ts';
import { compileTextRule } from './pattern.ts';
import type { ActiveRule } from './rules.ts';
import { STEP_START } from './step.ts';
import { RuleWorker } from './worker.ts';

function rule(pattern: string, replacement: string): ActiveRule {
  const compiled = compileTextRule({ pattern, replacement, flags: '' });
  if (compiled.kind === 'invalid') throw new Error(compiled.problem.message);
  return { name: `the rule ${pattern}`, step: { kind: 'rule', rule: compiled.rule }, appliesTo: 'all' };
}

const HARMLESS = rule('a', 'b');
const UNBOUNDED = rule('<(.*?)>', '[\\1]');
const EVIL = rule('(a|a)+$', '');
const EVIL_TEXT = `${'a'.repeat(40)}!`;

/** A worker of a test's own. It is given `port`, `atWork` and a function `answer`. */
async function workerOf(code: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), 'first-hop-worker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'worker.mjs');
  const start = `import { BroadcastChannel, parentPort as port, workerData } from 'node:worker_threads';
const { atWork } = workerData;
const answer = (text) => port.postMessage({ chains: [], texts: [text], usedMs: 0 });
`;
  await writeFile(file, start + code);
  return pathToFileURL(file);
}

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

function runner(
  file: URL,
  ...rules: readonly ActiveRule[]
): { readonly runner: RuleRunner; readonly clock: FakeClock; readonly warned: string[] } {
  const clock = new FakeClock();
  const warned: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => void warned.push(line),
    error: () => undefined,
  };
  const started = ruleRunner(rules, { clock, log, workerFile: file });
  onTestFinished(() => started.close());
  return { runner: started, clock, warned };
}

function whole(text: string, ...steps: readonly number[]): Job {
  return {
    chains: [steps.map((step) => ({ kind: 'whole', step }))],
    pieces: [{ chain: 0, text, isEnd: true }],
  };
}

const MISSING = new URL('missing.mjs', REWRITE_WORKER);

describe('the worker', () => {
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
    const code =
      'new BroadcastChannel("go").onmessage = () => answer("x"); port.on("message", () => Atomics.store(atWork, 0, 0));';
    const { worker: one, clock } = worker(await workerOf(code), HARMLESS);
    const end = one.run(whole('a', 0), 100);
    await clock.whenWaiting(100);
    await clock.advance(1_000);
    const channel = new BroadcastChannel('go');
    onTestFinished(() => channel.close());
    const over = { is: false };
    void end.then(() => (over.is = true));
    while (!over.is) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel between threads has no origin
      channel.postMessage('go');
      await settle();
    }
    expect(await end).toMatchObject({ kind: 'done', texts: ['x'] });
  });

  it('says so when it is closed, or is not there', async () => {
    const { worker: one } = worker(MISSING, HARMLESS);
    expect(await one.run(whole('a', 0), 100)).toMatchObject({ kind: 'unavailable' });
    const { worker: elsewhere } = worker(new URL('https://example.com/worker.js'), HARMLESS);
    expect(await elsewhere.run(whole('a', 0), 100)).toMatchObject({ kind: 'unavailable' });
    const { worker: other } = worker(REWRITE_WORKER, HARMLESS);
    await other.close();
    expect(await other.run(whole('a', 0), 100)).toEqual({ kind: 'unavailable', because: 'First Hop ends' });
  });
});

describe('within bounds', () => {
  it('a rule that takes too long is left out, the others are applied', async () => {
    const { runner: one, clock, warned } = runner(REWRITE_WORKER, HARMLESS, EVIL, rule('!', '?'));
    const run = (): Promise<unknown> => clock.advanceUntil(one.run(whole(`b${EVIL_TEXT}`, 1, 2), 100));
    expect(await run()).toMatchObject({ texts: [`b${'a'.repeat(40)}?`], isPartial: true });
    expect(one.needsWorker([1])).toBe(true);
    await run();
    await run();
    expect(one.slow()).toEqual([{ rule: 'the rule (a|a)+$', stopped: 3, switched_off: true }]);
    expect(warned).toEqual([
      expect.stringContaining('left out of one text'),
      expect.stringContaining('switched off'),
    ]);
    expect([one.needsWorker([1]), one.isOff(1), one.isOff(0)]).toEqual([false, true, false]);
    expect(await one.run(whole(EVIL_TEXT, 1), 100)).toMatchObject({ texts: [EVIL_TEXT], isPartial: false });
    expect(one.runNow(whole(EVIL_TEXT, 0, 1)).texts).toEqual([EVIL_TEXT.replaceAll('a', 'b')]);
  });

  it('what it has held back of a stream is passed on, once', async () => {
    const { runner: one, clock } = runner(REWRITE_WORKER, EVIL, HARMLESS);
    const start = { kind: 'stage', step: 0, state: STEP_START } as const;
    const job = (text: string): Job['pieces'] => [{ chain: 0, text, isEnd: false }];
    const first = await one.run({ chains: [[start]], pieces: job('caa') }, 100);
    expect(first.texts).toEqual(['c']);
    const second = await clock.advanceUntil(one.run({ chains: first.chains, pieces: job(EVIL_TEXT) }, 100));
    expect(second.texts).toEqual([`aa${EVIL_TEXT}`]);
    const third = await one.run({ chains: second.chains, pieces: [...job('d'), ...job('e')] }, 100);
    expect(third.texts).toEqual(['d', 'e']);
  });

  it('without a worker, what may take long is left out, and that is said once', async () => {
    const { runner: one, warned } = runner(MISSING, HARMLESS, UNBOUNDED);
    for (let nth = 0; nth < 2; nth += 1) {
      expect(await one.run(whole('a<a>', 0, 1), 100)).toMatchObject({ texts: ['b<b>'], isPartial: true });
    }
    expect(warned).toEqual([expect.stringMatching(/^Rules that may take long are left out: .*missing\.mjs/)]);
  });
});
