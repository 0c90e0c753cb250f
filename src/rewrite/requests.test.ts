// Requests through the rules: in order, in turns or in the thread, and what is remembered from one to the next.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { ruleRunner } from './budget.ts';
import type { RuleRunner } from './budget.ts';
import type { Job } from './job.ts';
import { regexReplacementSchema } from './options.ts';
import { requestRewriting } from './requests.ts';
import { requestRules } from './rules.ts';

const clock = new FakeClock();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The runner of these rules, which starts no thread unless a rule needs one. */
function runnerOf(...rules: readonly object[]): RuleRunner {
  const none = { enabled: false, presets: [], rules: [] };
  const section = regexReplacementSchema.parse({ rules });
  const active = requestRules({ regex_replacement: section, response_processing: none });
  return ruleRunner(active, { clock, log, workerFile: REWRITE_WORKER });
}

type Said = readonly [role: string, content: string];

function bodyOf(...messages: readonly Said[]): Buffer {
  return Buffer.from(JSON.stringify({ messages: messages.map(([role, content]) => ({ role, content })) }));
}

/** A chat whose requests go through these rules, one after the other. */
function chat(runner: RuleRunner): (...messages: readonly Said[]) => Promise<readonly Said[]> {
  const rewriting = requestRewriting(runner, [...runner.rules.keys()]);
  return async (...messages) => {
    const body = bodyOf(...messages);
    const said = await rewriting.rewrite(body, body.toString('latin1'));
    const request = JSON.parse(said.toString()) as { messages: { role: string; content: string }[] };
    return request.messages.map(({ role, content }) => [role, content]);
  };
}

/** A runner that does everything in what it says is the thread. */
function threaded(runner: RuleRunner): { readonly runner: RuleRunner; readonly jobs: [Job, number][] } {
  const jobs: [Job, number][] = [];
  const run: RuleRunner['run'] = (job, budgetMs) => {
    jobs.push([job, budgetMs]);
    const done = runner.runNow(job);
    if (done === undefined) throw new Error('there is nothing that takes long');
    return Promise.resolve({ ...done, isPartial: false, usedMs: 0 });
  };
  return { runner: { ...runner, needsWorker: () => true, runNow: () => undefined, run }, jobs };
}

const A_TO_B = { pattern: 'a', replacement: 'bb' };

describe('a request', () => {
  it('to which no rule applies is the very same, at once', () => {
    const runner = runnerOf({ ...A_TO_B, apply_to: 'system' });
    const body = bodyOf(['user', 'a'], ['assistant', 'a']);
    expect(requestRewriting(runner, [0]).rewrite(body, body.toString('latin1'))).toBe(body);
  });

  it('gets only the rules that are for requests', async () => {
    const runner = runnerOf(A_TO_B, { pattern: 'b' });
    const rewriting = requestRewriting(runner, [0]);
    const body = bodyOf(['user', 'a']);
    const said = await rewriting.rewrite(body, body.toString('latin1'));
    expect(said.equals(bodyOf(['user', 'bb']))).toBe(true);
  });

  it('has its messages in their places, whichever of them are remembered', async () => {
    const say = chat(runnerOf(A_TO_B));
    await say(['user', '2 a'], ['user', '4 a']);
    const five = [1, 2, 3, 4, 5].map((number): Said => ['user', `${number} a`]);
    expect(await say(...five)).toEqual(five.map(([role, content]) => [role, content.replace('a', 'bb')]));
  });

  it('is not remembered for another role', async () => {
    const say = chat(runnerOf({ ...A_TO_B, apply_to: 'user' }, { pattern: 'a', replacement: 'c' }));
    for (const _time of [1, 2]) {
      expect(await say(['user', 'a'], ['system', 'a'])).toEqual([
        ['user', 'bb'],
        ['system', 'c'],
      ]);
    }
  });

  it('waits for nobody if it is short', async () => {
    let others = 0;
    setImmediate(() => (others += 1));
    await chat(runnerOf(A_TO_B))(['user', 'a']);
    expect(others).toBe(0);
  });
});

describe('a request with a rule that may take long', () => {
  const rules = [
    { pattern: 'a', replacement: 'b', apply_to: 'user' },
    { pattern: '(b|c)+', replacement: 'X' },
  ];

  it('goes to the thread whole, each message with the rules for it', async () => {
    const { runner, jobs } = threaded(runnerOf(...rules));
    const say = chat(runner);
    const messages: readonly Said[] = [
      ['user', 'acd'],
      ['system', 'acd'],
      ['user', 'a'],
    ];
    for (const _time of [1, 2]) {
      expect(await say(...messages)).toEqual([
        ['user', 'Xd'],
        ['system', 'aXd'],
        ['user', 'X'],
      ]);
    }
    const first = { kind: 'whole', step: 0 };
    const second = { kind: 'whole', step: 1 };
    expect(jobs).toEqual([
      [
        {
          chains: [[first, second], [second]],
          pieces: [
            { chain: 0, text: 'acd', isEnd: true },
            { chain: 1, text: 'acd', isEnd: true },
            { chain: 0, text: 'a', isEnd: true },
          ],
        },
        100,
      ],
    ]);
  });

  it('is tried again the next time if a rule had to be left out', async () => {
    const { runner, jobs } = threaded(runnerOf(...rules));
    let isPartial = true;
    const run: RuleRunner['run'] = async (job, budgetMs) => ({
      ...(await runner.run(isPartial ? { ...job, chains: [[]] } : job, budgetMs)),
      isPartial,
    });
    const say = chat({ ...runner, run });
    expect(await say(['user', 'a'])).toEqual([['user', 'a']]);
    isPartial = false;
    expect(await say(['user', 'a'])).toEqual([['user', 'X']]);
    expect(await say(['user', 'a'])).toEqual([['user', 'X']]);
    expect(jobs).toHaveLength(2);
  });

  it('goes to the thread as well when a rule before it makes a short text long', async () => {
    const long = runnerOf({ pattern: 'x', replacement: 'a'.repeat(20) }, { pattern: '(a|a)+b' });
    const sent: string[] = [];
    const run: RuleRunner['run'] = ({ chains, pieces }) => {
      const texts = pieces.map(({ text }) => `${text} in the thread`);
      sent.push(...texts);
      return Promise.resolve({ chains, texts, changes: [], isPartial: false, usedMs: 1 });
    };
    const say = chat({ ...long, run });
    expect(await say(['user', 'short'])).toEqual([['user', 'short']]);
    expect(await say(['user', 'x'], ['user', 'b'])).toEqual([
      ['user', 'x in the thread'],
      ['user', 'b in the thread'],
    ]);
    expect(sent).toHaveLength(2);
  });

  it('is done here when the rule is switched off', async () => {
    const runner = runnerOf(...rules);
    const say = chat({ ...runner, isOff: (rule) => rule === 1, needsWorker: () => false });
    expect(await say(['user', 'ac'])).toEqual([['user', 'bc']]);
  });
});
