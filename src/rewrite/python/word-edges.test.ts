import { expect, it } from 'vitest';
import { parsePattern } from './parse.ts';
import { contains } from './tree.ts';

/** The places that a pattern asks for, in order. */
function places(pattern: string): readonly string[] {
  const found: string[] = [];
  contains(parsePattern(pattern, '').body, (node) => {
    if (node.kind === 'anchor') found.push(node.anchor);
    return false;
  });
  return found;
}

it.each<[pattern: string, places: readonly string[], why: string]>([
  [
    '\\bteh\\b',
    ['no-word-before', 'no-word-behind'],
    'beside letters of its own, a word looks at what is beyond',
  ],
  ['\\b-\\b', ['word-before', 'word-behind'], 'and so does what belongs to no word'],
  ['\\Ba\\B', ['word-before', 'word-behind'], 'inside of a word'],
  ['\\B-\\B', ['no-word-before', 'no-word-behind'], 'and outside'],
  ['\\b\\w\\b', ['no-word-before', 'no-word-behind'], 'beside any character of a word'],
  ['\\b[\\w_]', ['word-edge'], 'a set of several parts is not looked into'],
  ['\\b\\w+\\b', ['no-word-before', 'no-word-behind'], 'beside a run of them'],
  ['\\b(?:é){2}\\b', ['no-word-before', 'no-word-behind'], 'beside one that is repeated in brackets'],
  ['\\b\\w*\\b', ['word-edge', 'word-edge'], 'a run may be none'],
  ['\\b[^-]\\b', ['word-edge', 'word-edge'], 'beside what may be either'],
  ['\\b[^\\w]\\b', ['word-edge', 'word-edge'], 'beside what is negated'],
  ['\\b[\\w-]\\B', ['word-edge', 'no-word-edge'], 'beside what may be either'],
  ['\\b\\d', ['word-edge'], 'digits are words, but not as many as there are'],
  ['\\b(?:a|-)', ['word-edge'], 'beside a choice'],
  ['\\b', ['word-edge'], 'beside nothing'],
  ['^\\b$', ['text-start', 'word-edge', 'last-line-end'], 'beside other places, which stay'],
])('%j: %j: %s', (pattern, expected) => {
  expect(places(pattern)).toEqual(expected);
});
