import { expect, it } from 'vitest';
import { withinBudget } from './guarded.ts';

const never = (): boolean => /^(?:a+)+$/.test(`${'a'.repeat(100)}!`);

it('stops what never ends, and what comes after it is not touched', () => {
  expect(withinBudget(20, never)).toEqual({ kind: 'too-slow' });
  expect(withinBudget(10_000, () => 1)).toEqual({ kind: 'done', value: 1 });
});

it('can be asked inside of what it runs', () => {
  const both = withinBudget(10_000, () => [withinBudget(20, never).kind, withinBudget(5_000, () => 1).kind]);
  expect(both).toEqual({ kind: 'done', value: ['too-slow', 'done'] });
});

it('lets mistakes through', () => {
  expect(() =>
    withinBudget(10_000, () => {
      throw new TypeError('no');
    }),
  ).toThrow(new TypeError('no'));
});
