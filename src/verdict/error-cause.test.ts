import { describe, expect, it } from 'vitest';
import { readCause } from './error-cause.ts';

function coded(message: string, code: unknown, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

describe('what an error of the connection says', () => {
  it.each([
    [coded('connect ECONNREFUSED', 'ECONNREFUSED'), ['connect ECONNREFUSED'], ['ECONNREFUSED'], 'one error'],
    [
      coded('fetch failed', undefined, coded('socket hang up', 'ECONNRESET')),
      ['fetch failed', 'socket hang up'],
      ['ECONNRESET'],
      'an error in an error',
    ],
    [
      new AggregateError([
        coded('connect ::1', 'ECONNREFUSED'),
        coded('connect 127.0.0.1', 'ECONNREFUSED'),
        'text',
      ]),
      ['connect ::1', 'connect 127.0.0.1'],
      ['ECONNREFUSED'],
      'one for each address of a name',
    ],
    [coded('odd', 7, 'a string'), ['odd'], [], 'codes and causes that are none'],
  ])('row %#: %s', (error, messages, codes) => {
    expect(readCause(error)).toEqual({ messages, codes });
  });

  it('ends where errors point at each other, and where there are very many', () => {
    const circle = new Error('round');
    circle.cause = circle;
    expect(readCause(circle).messages).toEqual(['round']);
    const many = Array.from({ length: 100 }, (_item, index) => new Error(`e${index}`));
    expect(readCause(new AggregateError(many, 'many')).messages).toHaveLength(10);
  });
});
