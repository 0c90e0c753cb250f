// How long rules may take, all together, and what becomes of those that take longer.
import { describe, expect, it } from 'vitest';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { heard, rule, sayUntil, startRunner, whole, workerOf } from '../../test/support/rule-runner.ts';
import type { Job } from './job.ts';
import type { ActiveRule } from './rules.ts';
import { STEP_START } from './step.ts';

const HARMLESS = rule('a', 'b');
/** A power of the length of a text. */
const UNBOUNDED = rule('<(.*?)>', '[\\1]');
/** Each would run until the sun goes out. */
const EVIL = rule('(a|a)+$', '');
const WORSE = rule('(a|a|a)+$', '');
const TOO_MUCH = 'a'.repeat(40);
const LONG = 'x'.repeat(1_000);
const MISSING = new URL('missing.mjs', REWRITE_WORKER);

describe('all rules of one job share its time', () => {
  it.each<[why: string, rules: readonly ActiveRule[], text: string, out: string]>([
    ['who takes all of it is stopped', [EVIL], `${TOO_MUCH}!`, `${TOO_MUCH}!`],
    ['there is none for the next, who is not blamed', [EVIL, WORSE, EVIL], `${TOO_MUCH}!`, `${TOO_MUCH}!`],
    ['harmless ones need none', [EVIL, rule('!', '?')], `${TOO_MUCH}!`, `${TOO_MUCH}?`],
    ['nor does what is few steps', [EVIL, UNBOUNDED], `${TOO_MUCH}!<x>`, `${TOO_MUCH}![x]`],
    ['what could be many does', [EVIL, UNBOUNDED], `<y>${LONG}${TOO_MUCH}!`, `<y>${LONG}${TOO_MUCH}!`],
  ])('%s', async (_why, rules, text, out) => {
    const { runner, clock, stopped } = startRunner(REWRITE_WORKER, ...rules);
    const done = await clock.advanceUntil(runner.run(whole(text, ...rules.keys()), 100));
    expect(done).toMatchObject({ texts: [out], isPartial: true, usedMs: 100 });
    expect(stopped).toEqual([EVIL.name]);
  });

  it('and what is left after one has broken down goes to the others', async () => {
    const code = `port.on("message", ({ chains: [chain] }) => {
      const { step } = chain.find(({ kind }) => kind === "whole");
      Atomics.store(atWork, 0, step);
      if (step === 0) when("break", () => { throw new Error("x"); });
      if (step === 2) port.postMessage({ chains: [chain], texts: ["done"], changes: [], usedMs: 7 });
    });`;
    const { runner, clock, stopped } = startRunner(await workerOf(code), EVIL, WORSE, UNBOUNDED);
    const run = runner.run(whole(`<x>${LONG}`, 0, 1, 2), 100);
    await clock.whenWaiting(100);
    await clock.advance(30);
    await sayUntil('break', clock.whenWaiting(70));
    expect(await clock.advanceUntil(run)).toMatchObject({ texts: [`<x>${LONG}`], usedMs: 100 });
    expect(stopped).toEqual([EVIL.name, WORSE.name]);
    expect(await runner.run(whole(LONG, 2), 100)).toMatchObject({ usedMs: 7 });
  });

  it('and so do all pieces of a text that goes on', async () => {
    const { runner, clock, stopped, warned } = startRunner(REWRITE_WORKER, UNBOUNDED, HARMLESS);
    const chain = [0, 1].map((step) => ({ kind: 'stage', step, state: STEP_START }) as const);
    const pieces = (text: string): Job['pieces'] => [{ chain: 0, text, isEnd: false }];
    const first = await runner.run({ chains: [chain], pieces: pieces(`a<${LONG}`) }, 100);
    expect(first).toMatchObject({ texts: ['b'], isPartial: false });
    const second = await runner.run({ chains: first.chains, pieces: pieces('a>') }, 0.9);
    expect(second).toMatchObject({ texts: [`<${LONG}b>`], isPartial: true, usedMs: 0 });
    expect(await runner.run({ chains: second.chains, pieces: pieces('<a>') }, 0.9)).toMatchObject({
      texts: ['<b>'],
      isPartial: false,
    });
    expect(await clock.advanceUntil(runner.run(whole(`<a>${LONG}`, 0), 0))).toMatchObject({
      isPartial: true,
    });
    expect(stopped).toEqual([]);
    expect(warned).toEqual([
      'Rules that may take long are left out: the rules for one text had taken 100 ms.',
    ]);
  });

  it('a millisecond is enough to begin', async () => {
    const { runner } = startRunner(REWRITE_WORKER, UNBOUNDED);
    expect(await runner.run(whole(`<a>${LONG}`, 0), 1)).toMatchObject({
      texts: [`[a]${LONG}`],
      isPartial: false,
    });
  });
});

describe('what is few steps runs at once', () => {
  it.each<
    [why: string, rules: readonly ActiveRule[], texts: readonly string[], out: readonly string[] | undefined]
  >([
    ['harmless rules on any text', [HARMLESS], [TOO_MUCH.repeat(1_000)], ['b'.repeat(40_000)]],
    ['others on a short one', [UNBOUNDED], ['<x>'], ['[x]']],
    ['others on several short ones', [UNBOUNDED, HARMLESS], ['<x>a', '<a>'], ['[x]b', '[b]']],
    ['not on a long one', [UNBOUNDED], [`<x>${LONG}`], undefined],
    [
      'not on many that are long together',
      [UNBOUNDED],
      Array.from({ length: 100 }, () => 'x'.repeat(200)),
      undefined,
    ],
    [
      'not if all rules together are many steps',
      Array.from({ length: 30 }, () => UNBOUNDED),
      ['x'.repeat(100)],
      undefined,
    ],
    ['not on one that a rule makes long', [rule('x', LONG), UNBOUNDED], ['<x>'], undefined],
    ['no rule that doubles its work with each character', [EVIL], [TOO_MUCH], undefined],
  ])('%s', (_why, rules, texts, out) => {
    const { runner } = startRunner(MISSING, ...rules);
    const job = {
      chains: [[...rules.keys()].map((step) => ({ kind: 'whole', step }) as const)],
      pieces: texts.map((text) => ({ chain: 0, text, isEnd: true })),
    };
    expect(runner.runNow(job)?.texts).toEqual(out);
  });

  it('what was held back of a stream counts, too', () => {
    const { runner } = startRunner(MISSING, UNBOUNDED);
    const pieces = [{ chain: 0, text: 'x'.repeat(200), isEnd: false }];
    const link = { kind: 'stage', step: 0, state: STEP_START } as const;
    const first = runner.runNow({
      chains: [[link]],
      pieces: [{ chain: 0, text: `a<${'y'.repeat(200)}`, isEnd: false }],
    });
    expect(first?.texts).toEqual(['a']);
    expect(runner.runNow({ chains: first?.chains ?? [], pieces })).toBeUndefined();
    expect(runner.runNow({ chains: [[link]], pieces })?.texts).toEqual(['x'.repeat(200)]);
  });

  it('whether a job needs the worker can be asked before', () => {
    const { runner } = startRunner(MISSING, rule('x', LONG), UNBOUNDED);
    expect(runner.needsWorker(whole('<x>', 0, 1))).toBe(false);
    expect(runner.needsWorker(whole(`<x>${LONG}`, 0, 1))).toBe(true);
    expect(runner.needsWorker(whole(LONG, 0))).toBe(false);
    const [short, long] = [whole('<x>', 1), whole(LONG, 1)];
    expect(runner.needsWorker({ ...short, pieces: [...short.pieces, ...long.pieces] })).toBe(true);
    // There is no such rule.
    expect(runner.needsWorker(whole(LONG, 7))).toBe(false);
  });
});

describe('a rule that is stopped again and again', () => {
  it('is switched off', async () => {
    const { runner, clock, warned, stopped } = startRunner(REWRITE_WORKER, HARMLESS, EVIL);
    const text = `${TOO_MUCH}!`;
    for (const nth of [1, 2, 3]) {
      expect([runner.isOff(1), runner.needsWorker(whole(text, 1))]).toEqual([false, true]);
      await clock.advanceUntil(runner.run(whole(text, 1), 100));
      expect(runner.slow()).toEqual([{ rule: EVIL.name, stopped: nth, switched_off: nth === 3 }]);
    }
    expect(warned).toEqual([
      `${EVIL.name} took longer than 100 ms and was left out of one text. Simplify its pattern.`,
      `${EVIL.name} took longer than 100 ms for the third time and is switched off until the configuration changes.`,
    ]);
    expect(stopped).toEqual([EVIL.name, EVIL.name, EVIL.name]);
    expect([runner.isOff(1), runner.isOff(0)]).toEqual([true, false]);
    expect(runner.needsWorker(whole(text, 1))).toBe(false);
    expect(await runner.run(whole(text, 1), 100)).toMatchObject({ texts: [text], isPartial: false });
    expect(runner.runNow(whole(text, 0, 1))?.texts).toEqual([text.replaceAll('a', 'b')]);
  });

  it('gives what it has held back of a stream, once', async () => {
    const { runner, clock } = startRunner(REWRITE_WORKER, EVIL, HARMLESS);
    const start = { kind: 'stage', step: 0, state: STEP_START } as const;
    const job = (text: string): Job['pieces'] => [{ chain: 0, text, isEnd: false }];
    const first = await runner.run({ chains: [[start]], pieces: job('caa') }, 100);
    expect(first.texts).toEqual(['c']);
    const second = await clock.advanceUntil(
      runner.run({ chains: first.chains, pieces: job(`${TOO_MUCH}!`) }, 100),
    );
    expect(second.texts).toEqual([`aa${TOO_MUCH}!`]);
    const third = await runner.run({ chains: second.chains, pieces: [...job('d'), ...job('e')] }, 100);
    expect(third.texts).toEqual(['d', 'e']);
  });
});

describe('a worker that comes to nothing later', () => {
  it.each<[how: string, code: string]>([
    ['is closed', 'say("busy");'],
    ['breaks down', 'throw new Error("x");'],
  ])('%s: what was stopped before is left out, the others too', async (_how, code) => {
    const start = `port.on("message", ({ chains: [chain] }) => {
      if (chain[0].kind === "off") { ${code} return; }
      Atomics.store(atWork, 0, 0);
      when("break", () => { throw new Error("x"); });
    });`;
    const { runner, clock, stopped } = startRunner(await workerOf(start), EVIL, HARMLESS);
    const busy = heard('busy');
    const run = runner.run(whole(`${TOO_MUCH}!`, 0, 1), 100);
    await clock.whenWaiting(100);
    await clock.advance(30);
    await sayUntil('break', clock.whenWaiting(70));
    if (code.includes('busy')) {
      await busy;
      await runner.close();
    }
    expect(await run).toMatchObject({ texts: [`${'b'.repeat(40)}!`], isPartial: true, usedMs: 30 });
    expect(stopped).toEqual([EVIL.name]);
  });
});

describe('without a worker, what may take long is left out', () => {
  it('which is said once', async () => {
    const { runner, warned, stopped } = startRunner(MISSING, HARMLESS, UNBOUNDED);
    const text = `a<a>${LONG}`;
    for (let nth = 0; nth < 3; nth += 1) {
      expect(await runner.run(whole(text, 0, 1), 100)).toMatchObject({
        texts: [text.replaceAll('a', 'b')],
        isPartial: true,
        usedMs: 0,
      });
    }
    expect(warned).toEqual([
      expect.stringMatching(
        /^Rules that may take long are left out: no thread could be started \(.*missing\.mjs/,
      ),
    ]);
    expect(stopped).toEqual([]);
  });

  it('and nothing is said when it was closed before', async () => {
    const { runner, warned } = startRunner(REWRITE_WORKER, HARMLESS, UNBOUNDED);
    await runner.close();
    expect(await runner.run(whole(`a<a>${LONG}`, 0, 1), 100)).toMatchObject({ texts: [`b<b>${LONG}`] });
    expect(warned).toEqual([]);
  });

  it('and nothing is said, and nobody blamed, when it is closed under way', async () => {
    const code = 'port.on("message", () => { Atomics.store(atWork, 0, 1); say("busy"); });';
    const { runner, warned, stopped } = startRunner(await workerOf(code), HARMLESS, UNBOUNDED);
    const text = `a<a>${LONG}`;
    const busy = heard('busy');
    const runs = [runner.run(whole(text, 0, 1), 100), runner.run(whole(text, 0, 1), 100)];
    await busy;
    await runner.close();
    const result = { texts: [text.replaceAll('a', 'b')], isPartial: true, usedMs: 0 };
    expect(await Promise.all(runs)).toMatchObject([result, result]);
    expect(await runner.run(whole(text, 0, 1), 100)).toMatchObject(result);
    expect([warned, stopped, runner.slow()]).toEqual([[], [], []]);
  });
});
