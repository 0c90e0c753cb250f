import { describe, expect, it, onTestFinished } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { REWRITE_WORKER } from '../../test/support/rewrite-worker.ts';
import { ruleRunner } from './budget.ts';
import type { RuleRunner } from './budget.ts';
import { regexReplacementSchema } from './options.ts';
import { requestRules } from './rules.ts';
import { trialTexts, tryRules } from './trial.ts';
import type { TrialTexts } from './trial.ts';

function runnerFor(clock: FakeClock, section: object): RuleRunner {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const none = { enabled: false, presets: [], rules: [] };
  const rules = requestRules({
    regex_replacement: regexReplacementSchema.parse(section),
    response_processing: none,
  });
  const runner = ruleRunner(rules, { clock, log, workerFile: REWRITE_WORKER });
  onTestFinished(() => runner.close());
  return runner;
}

describe('the texts that rules are tried on', () => {
  it.each<[why: string, input: string, texts: TrialTexts]>([
    [
      'messages of a request, each with its role',
      '{"messages":[{"role":"system","content":"be"},{"role":"user","content":[{"type":"text","text":"\\u00e9"}]}]}',
      {
        of: 'request',
        texts: [
          { where: 'text 1 (system)', kind: 'system', text: 'be' },
          { where: 'text 2 (user)', kind: 'user', text: 'é' },
        ],
      },
    ],
    [
      'a prompt',
      ' {"prompt":"Once"}',
      { of: 'request', texts: [{ where: 'text 1 (user)', kind: 'user', text: 'Once' }] },
    ],
    [
      'choices of a reply, each with its parts',
      '\n{"choices":[{"message":{"reasoning":"hm","content":"a"}},{"index":1,"text":"b"}]}',
      {
        of: 'reply',
        texts: [
          { where: 'choice 0 (reasoning)', kind: 'reasoning', text: 'hm' },
          { where: 'choice 0 (reply)', kind: 'reply', text: 'a' },
          { where: 'choice 1 (reply)', kind: 'reply', text: 'b' },
        ],
      },
    ],
    [
      'JSON of something else is a text as it stands',
      '{"choices":"red"}',
      { of: 'request', texts: [{ where: 'the text (user)', kind: 'user', text: '{"choices":"red"}' }] },
    ],
    [
      'so is JSON that is no object',
      '[{"prompt":"a"}]',
      { of: 'request', texts: [{ where: 'the text (user)', kind: 'user', text: '[{"prompt":"a"}]' }] },
    ],
    [
      'any other text is a message of the user',
      'Hi',
      { of: 'request', texts: [{ where: 'the text (user)', kind: 'user', text: 'Hi' }] },
    ],
  ])('%s', (_why, input, texts) => {
    expect(trialTexts(input, false)).toEqual(texts);
  });

  it('are a reply if that is asked for, unless it is a request', () => {
    expect(trialTexts('Hi', true)).toEqual({
      of: 'reply',
      texts: [{ where: 'the reply', kind: 'reply', text: 'Hi' }],
    });
    expect(trialTexts('{"prompt":"a"}', true).of).toBe('request');
  });
});

describe('what the rules do', () => {
  const { texts } = trialTexts(
    JSON.stringify({
      messages: [
        { role: 'user', content: '“one” a' },
        { role: 'system', content: 'a b' },
      ],
    }),
    false,
  );

  it('is told one by one, each on what those before it have left; a preset is one', async () => {
    const clock = new FakeClock();
    const rules = [
      { pattern: 'a', replacement: 'b', apply_to: 'user', description: 'as' },
      { pattern: 'never' },
      { pattern: 'b$', replacement: 'c' },
    ];
    const results = await tryRules(runnerFor(clock, { presets: ['straight-quotes'], rules }), texts, clock);
    expect(results).toEqual([
      {
        name: 'the preset straight-quotes',
        changes: [{ where: 'text 1 (user)', before: '“one” a', after: '"one" a' }],
        elapsedMs: 0,
        isStopped: false,
      },
      {
        name: 'regex_replacement.rules[0] (as)',
        changes: [{ where: 'text 1 (user)', before: '"one" a', after: '"one" b' }],
        elapsedMs: 0,
        isStopped: false,
      },
      { name: 'regex_replacement.rules[1]', changes: [], elapsedMs: 0, isStopped: false },
      {
        name: 'regex_replacement.rules[2]',
        changes: [
          { where: 'text 1 (user)', before: '"one" b', after: '"one" c' },
          { where: 'text 2 (system)', before: 'a b', after: 'a c' },
        ],
        elapsedMs: 0,
        isStopped: false,
      },
    ]);
  });

  it('is told with the time it took, and with rules that were stopped for one of the texts', async () => {
    const clock = new FakeClock();
    const runner = runnerFor(clock, { rules: [{ pattern: 'a' }, { pattern: 'b' }] });
    const long = { where: 'the text (user)', kind: 'user', text: 'ab'.repeat(20) };
    /** The first rule takes too long for the long text. */
    const slow: RuleRunner = {
      ...runner,
      runNow: (job) => (job.chains[0]?.[0]?.step === 0 ? undefined : runner.runNow(job)),
      async run(job, budgetMs) {
        const texts = job.pieces.map(({ text }) => text);
        const isPartial = texts.includes(long.text);
        await clock.advance(isPartial ? budgetMs : 1);
        const done = isPartial ? { chains: job.chains, texts, changes: [] } : runner.runNow(job);
        return { chains: [], texts: [], changes: [], ...done, isPartial, usedMs: budgetMs };
      },
    };
    expect(await tryRules(slow, [long, { ...long, text: 'ab' }], clock)).toEqual([
      {
        name: 'regex_replacement.rules[0]',
        changes: [{ where: long.where, before: 'ab', after: 'b' }],
        elapsedMs: 101,
        isStopped: true,
      },
      {
        name: 'regex_replacement.rules[1]',
        changes: [
          { where: long.where, before: long.text, after: 'a'.repeat(20) },
          { where: long.where, before: 'b', after: '' },
        ],
        elapsedMs: 0,
        isStopped: false,
      },
    ]);
  });
});
