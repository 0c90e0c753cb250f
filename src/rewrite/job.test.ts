import { describe, expect, it } from 'vitest';
import { rule } from '../../test/support/rule-runner.ts';
import { charsFor, runJob, withoutSteps } from './job.ts';
import type { Link } from './job.ts';
import { STEP_START } from './step.ts';
import type { Step } from './step.ts';

const STEPS: readonly Step[] = [
  rule('a', 'b').step,
  rule('bb', 'c').step,
  { kind: 'repair', name: 'mojibake' },
];
const whole = (step: number): Link => ({ kind: 'whole', step });
const stage = (step: number): Link => ({ kind: 'stage', step, state: STEP_START });
const held = (step: number, ...texts: readonly [stage: string, repair: string]): Link => {
  const { stage: start, repair } = STEP_START;
  return {
    kind: 'stage',
    step,
    state: { stage: { ...start, held: texts[0] }, repair: { ...repair, held: texts[1] } },
  };
};
const anyTime = (): boolean => true;
const piece = (text: string, chain = 0, isEnd = false) => ({ chain, text, isEnd });

describe('a job', () => {
  it('takes each piece through the steps of its chain, each on what the one before has left', () => {
    const job = {
      chains: [[whole(0), whole(1)], [whole(1)]],
      pieces: [piece('aba'), piece('abba', 1), piece('x')],
    };
    const { texts, changes, chains } = runJob(STEPS, job, anyTime);
    expect(texts).toEqual(['cb', 'aca', 'x']);
    expect(changes).toEqual([
      { piece: 0, step: 0 },
      { piece: 0, step: 1 },
      { piece: 1, step: 1 },
    ]);
    expect(chains).toEqual(job.chains);
  });

  it('keeps what a stage holds back for the next piece, and gives it out at the end', () => {
    const job = {
      chains: [[stage(1), stage(2)]],
      pieces: [piece('ab'), piece('bb'), piece('â'), piece('€', 0, true)],
    };
    const { texts, changes, chains } = runJob(STEPS, job, anyTime);
    expect(texts).toEqual(['a', 'c', 'b', '”']);
    expect(changes).toEqual([
      { piece: 1, step: 1 },
      { piece: 3, step: 2 },
    ]);
    expect(chains[0]?.map((link) => charsFor(link, ''))).toEqual([0, 0]);
    // What a job begins with stays as it is.
    expect(job.chains[0]).toEqual([stage(1), stage(2)]);
  });

  it('has no text for a piece whose chain is not there but its own', () => {
    expect(runJob(STEPS, { chains: [], pieces: [piece('a', 3)] }, anyTime).texts).toEqual(['a']);
  });

  it('asks before each step, with how much text it searches', () => {
    const asked: (readonly [number, number])[] = [];
    const chains = [
      [whole(0), held(1, 'b', ''), held(2, '', 'â€'), { kind: 'off', step: 0, held: '' } as const, whole(7)],
    ];
    runJob(STEPS, { chains, pieces: [piece('aa')] }, (step, chars) => {
      asked.push([step, chars]);
      return true;
    });
    expect(asked).toEqual([
      [0, 2],
      [1, 3],
      // Of three b the last is held back.
      [2, 3],
    ]);
  });

  it('passes by a step without leave, from there on, with what it had held back', () => {
    let left = 1;
    const job = { chains: [[stage(1)]], pieces: [piece('ab'), piece('bb'), piece('bb')] };
    const { texts, chains, changes } = runJob(STEPS, job, () => (left -= 1) >= 0);
    expect(texts).toEqual(['a', 'bbb', 'bb']);
    expect(chains).toEqual([[{ kind: 'off', step: 1, held: '' }]]);
    expect(changes).toEqual([]);
    expect(left).toBe(-1);
  });

  it('without some steps lets all pass there, once what was held back', () => {
    const off = { kind: 'off', step: 0, held: 'y' } as const;
    const job = { chains: [[held(0, 'x', ''), whole(1), off, held(2, '', 'z')]], pieces: [piece('abb')] };
    const without = withoutSteps(job, (step) => step !== 1);
    expect(without.chains).toEqual([
      [{ kind: 'off', step: 0, held: 'x' }, whole(1), off, { kind: 'off', step: 2, held: 'z' }],
    ]);
    expect(withoutSteps({ ...job, chains: [[whole(0)]] }, () => true).chains).toEqual([
      [{ kind: 'off', step: 0, held: '' }],
    ]);
    expect(runJob(STEPS, without, anyTime).texts).toEqual(['zyxac']);
  });
});
