import { describe, expect, it } from 'vitest';
import { textChanges } from './text-diff.ts';

const LONG = 'The quick brown fox jumps over the lazy dog';

describe('what differs between two texts', () => {
  it.each<[why: string, before: string, after: string, changes: readonly (readonly [string, string])[]]>([
    ['nothing', 'a\nb', 'a\nb', []],
    ['a word', 'no colour here', 'no hue here', [['no colour here', 'no hue here']]],
    [
      'two lines of three, one by one',
      'a1\nb\nc1',
      'a2\nb\nc2',
      [
        ['a1', 'a2'],
        ['c1', 'c2'],
      ],
    ],
    ['a line more: all between is one change', 'a\nb', 'a\nx\nb', [['a\\nb', 'a\\nx\\nb']]],
    ['a line less', 'a\n\n\nb', 'a\n\nb', [['a\\n\\n\\nb', 'a\\n\\nb']]],
    ['something is added', '', 'a', [['', 'a']]],
    ['everything is removed', 'a', '', [['a', '']]],
    [
      'what is repeated counts once, at either end',
      'aa',
      'aaa',
      // Not as if the same characters had been kept twice.
      [['aa', 'aaa']],
    ],
    [
      'in the middle of a long line, with twenty characters around it',
      `${LONG} one ${LONG}`,
      `${LONG} two ${LONG}`,
      [['…s over the lazy dog one The quick brown fox…', '…s over the lazy dog two The quick brown fox…']],
    ],
    [
      'near the beginning of a long line',
      `one ${LONG}`,
      `six ${LONG}`,
      [['one The quick brown fox…', 'six The quick brown fox…']],
    ],
    [
      'near its end',
      `${LONG} one`,
      `${LONG} two`,
      [['…s over the lazy dog one', '…s over the lazy dog two']],
    ],
    [
      'twenty characters to either end: nothing is left out',
      `${'.'.repeat(20)}x${'.'.repeat(20)}`,
      `${'.'.repeat(20)}y${'.'.repeat(20)}`,
      [[`${'.'.repeat(20)}x${'.'.repeat(20)}`, `${'.'.repeat(20)}y${'.'.repeat(20)}`]],
    ],
    [
      'something of great length is cut',
      'x'.repeat(121),
      'y'.repeat(120),
      [[`${'x'.repeat(120)}…`, 'y'.repeat(120)]],
    ],
    [
      'a text that grew by itself is not taken for two that overlap',
      'ab'.repeat(20),
      'ab'.repeat(40),
      [['…' + 'ab'.repeat(10), '…' + 'ab'.repeat(30)]],
    ],
  ])('%s', (_why, before, after, changes) => {
    expect(textChanges(before, after)).toEqual(changes.map(([removed, added]) => ({ removed, added })));
  });
});
