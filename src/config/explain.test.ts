import { describe, expect, it } from 'vitest';
import { formatPath, formatProblem, inOrder, type Problem } from './explain.ts';

const problem: Problem = {
  severity: 'error',
  file: 'config.yaml',
  line: 12,
  column: 16,
  path: 'error_handling.max_retries',
  message: '"ten" is not a whole number of 0 or more',
};

describe('formatProblem', () => {
  it.each<[changes: Partial<Problem>, line: string, why: string]>([
    [
      {},
      'config.yaml:12:16 error_handling.max_retries: "ten" is not a whole number of 0 or more',
      'an error',
    ],
    [
      { severity: 'warning', path: 'sever', message: 'is not a key', suggestion: 'server' },
      'config.yaml:12:16 (warning) sever: is not a key; did you mean server?',
      'a warning that knows better',
    ],
    [{ path: '', message: 'a tab' }, 'config.yaml:12:16: a tab', 'an error of syntax belongs to no key'],
  ])('%j reads: %s (%s)', (changes, line) => {
    expect(formatProblem({ ...problem, ...changes })).toBe(line);
  });

  it('names the variable where there is no file', () => {
    const { line: _line, column: _column, ...rest } = problem;
    expect(formatProblem({ ...rest, file: 'environment variable X' })).toMatch(
      /^environment variable X error_/,
    );
  });
});

describe('inOrder', () => {
  it('sorts by line and column, and puts last what has no place', () => {
    const { line: _line, column: _column, ...placeless } = problem;
    const first = { ...problem, line: 2, column: 9 };
    const second = { ...problem, line: 12, column: 3 };
    const sorted = [first, second, problem, placeless, placeless];
    expect(inOrder([placeless, placeless, problem, second, first])).toEqual(sorted);
  });
});

describe('formatPath', () => {
  it('writes list positions in brackets', () => {
    expect(formatPath(['a', 'rules', 0, 'pattern'])).toBe('a.rules[0].pattern');
  });
});
