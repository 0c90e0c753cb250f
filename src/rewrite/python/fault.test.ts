import { expect, it } from 'vitest';
import { attempt, Fault } from './fault.ts';

it('only what is wrong with the pattern is a result; what is wrong with us goes on', () => {
  const fault = new Fault(3, 'why');
  expect(attempt(() => 'read')).toBe('read');
  expect(
    attempt(() => {
      throw fault;
    }),
  ).toBe(fault);
  expect(() =>
    attempt(() => {
      throw new TypeError('ours');
    }),
  ).toThrow('ours');
});
