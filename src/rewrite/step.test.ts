import { describe, expect, it } from 'vitest';
import { rule } from '../../test/support/rule-runner.ts';
import { FEW_STEPS, stepsWithin } from './python/cost.ts';
import { STEP_START, applyStep, fewSteps, heldBy, isHarmless, stepOn } from './step.ts';
import type { Step } from './step.ts';

const HARMLESS = rule('ab', 'x').step;
const RUN = rule('\\s+x', '');
const REPAIR: Step = { kind: 'repair', name: 'mojibake' };

it.each<[what: string, step: Step, harmless: boolean]>([
  ['a bounded rule', HARMLESS, true],
  ['a rule that is not', RUN.step, false],
  ['a repair', REPAIR, true],
])('%s is harmless: %s', (_what, step, harmless) => {
  expect(isHarmless(step)).toBe(harmless);
});

describe('few steps', () => {
  const steps = RUN.step.kind === 'rule' ? stepsWithin(RUN.step.rule.searchSteps, 100) : 0;

  it('are as many as may be, all together', () => {
    const mayBegin = fewSteps();
    let times = 0;
    while (mayBegin(RUN.step, 100)) times += 1;
    expect(times).toBe(Math.floor(FEW_STEPS / steps));
    // What is less may still begin.
    expect([mayBegin(RUN.step, 0), mayBegin(RUN.step, 10_000)]).toEqual([true, false]);
  });

  it('are never used up by what is harmless, or not there', () => {
    const mayBegin = fewSteps();
    for (const step of [HARMLESS, REPAIR, undefined]) {
      for (let times = 0; times < 100; times += 1) expect(mayBegin(step, 1e9)).toBe(true);
    }
    expect(mayBegin(RUN.step, 300)).toBe(true);
    expect(mayBegin(RUN.step, 300)).toBe(false);
  });
});

describe('a step', () => {
  it.each<[what: string, step: Step, pieces: string[], passed: string[]]>([
    ['a rule', HARMLESS, ['aab', 'a', 'b', 'a'], ['ax', '', 'x', '', 'a']],
    ['a repair', REPAIR, ['itâ', '€', '™s', 'â'], ['it', '', '’s', '', 'â']],
  ])('that is %s comes to the same in pieces', (_what, step, pieces, passed) => {
    let state = STEP_START;
    const texts = [...pieces, ''].map((piece, index) => {
      const next = stepOn(step, state, piece, index === pieces.length);
      state = next.state;
      return next.text;
    });
    expect(texts).toEqual(passed);
    expect(applyStep(step, pieces.join(''))).toBe(passed.join(''));
  });

  it('holds back what may still change', () => {
    expect(heldBy(stepOn(HARMLESS, STEP_START, 'xa', false).state)).toBe('a');
    expect(heldBy(stepOn(REPAIR, STEP_START, 'xâ', false).state)).toBe('â');
    expect(heldBy(STEP_START)).toBe('');
  });
});
