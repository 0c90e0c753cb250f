// Replies through the rules: what stays to the byte, and the time that a streamed reply may take.
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { frameSplitter } from '../sse/split.ts';
import { dataFrame } from '../sse/write.ts';
import { ruleRunner } from './budget.ts';
import type { RuleRunner } from './budget.ts';
import { responseProcessingSchema } from './options.ts';
import { replyRewriting } from './replies.ts';
import { replyRules } from './rules.ts';

function runnerOf(...rules: readonly object[]): RuleRunner {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const none = { enabled: false, presets: [], rules: [] };
  const section = responseProcessingSchema.parse({ rules });
  const active = replyRules({ regex_replacement: none, response_processing: section });
  return ruleRunner(active, { clock: new FakeClock(), log, workerFile: REWRITE_WORKER });
}

const A_TO_B = { pattern: 'a', replacement: 'b' };

describe('a whole reply', () => {
  const rewriting = replyRewriting(runnerOf(A_TO_B), [0]);

  it.each<[why: string, body: string]>([
    ['it is cut off', '{"choices":[{"message":{"content":"a"}}'],
    ['something stands behind it', '{"choices":[{"message":{"content":"a"}}]} and more'],
    ['it is a page', '<html>{"choices":[{"text":"a"}]}</html>'],
    ['it has no texts', '{"a":"a","choices":[]}'],
  ])('is the very same if %s', (_why, body) => {
    const bytes = Buffer.from(body);
    expect(rewriting.whole(bytes)).toBe(bytes);
  });

  it.each<[why: string, body: string, expected: string]>([
    [
      'another choice is written as it was',
      '{"choices":[{"message":{"content":"a"}}, {"index":1,"message":{"content":"\\u00e9 \\/"}}]}',
      '{"choices":[{"message":{"content":"b"}}, {"index":1,"message":{"content":"\\u00e9 \\/"}}]}',
    ],
    [
      'reasoning as well, for which there is no rule',
      '{"choices":[{"message":{"reasoning":"\\u0061","content":"\\u0061"}}],"id":"a"}',
      '{"choices":[{"message":{"reasoning":"\\u0061","content":"b"}}],"id":"a"}',
    ],
  ])('is changed where a rule changes it, and %s', (_why, body, expected) => {
    expect(rewriting.whole(Buffer.from(body))).toEqual(Buffer.from(expected));
  });
});

it('a streamed reply has one budget for all its pieces', async () => {
  const runner = runnerOf(A_TO_B);
  const budgets: number[] = [];
  const run: RuleRunner['run'] = (job, budgetMs) => {
    budgets.push(budgetMs);
    const done = runner.runNow(job);
    if (done === undefined) throw new Error('there is nothing that takes long');
    return Promise.resolve({ ...done, isPartial: false, usedMs: 40 });
  };
  const rewriting = replyRewriting({ ...runner, needsWorker: () => true, runNow: () => undefined, run }, [0]);
  for (const _reply of [1, 2]) {
    const rewriter = rewriting.stream();
    for (const content of ['a', 'ca']) {
      const [frame] = await rewriter.take(
        frameSplitter().push(dataFrame({ choices: [{ delta: { content } }] })),
      );
      const said = content.replace('a', 'b');
      expect(frame?.raw).toEqual(dataFrame({ choices: [{ delta: { content: said } }] }));
    }
    expect(await rewriter.end()).toEqual([]);
  }
  expect(budgets).toEqual([100, 60, 20, 100, 60, 20]);
});
