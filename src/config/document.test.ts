import { describe, expect, it } from 'vitest';
import { locate, parseConfig, positionOf, scalars } from './document.ts';

function placeOf(text: string, path: readonly (string | number)[], what: 'key' | 'value'): string {
  const { parsed } = parseConfig(text, 'c.yaml');
  const { line, column } = positionOf(parsed, locate(parsed, path)[what]);
  return `${line}:${column}`;
}

describe('locate', () => {
  const text = 'a: &a\n  "b c": [1, 22]\nm: {<<: *a, x: *a, 5: y}\n? [k]\n: z\n';

  it.each<[path: readonly (string | number)[], key: string, value: string, why: string]>([
    [[], '1:1', '1:1', 'the whole file'],
    [['a', 'b c'], '2:3', '2:10', 'a quoted key'],
    [['a', 'b c', 1], '1:1', '2:14', 'an entry of a list has no key'],
    [['m', 'x'], '3:13', '3:16', 'an alias stands where it is written'],
    [['m', 'x', 'b c'], '2:3', '2:10', 'below an alias, the anchor counts'],
    [['m', 'b c', 0], '1:1', '2:11', 'what is merged stands at its anchor'],
    [['m', '5'], '3:20', '3:23', 'a number as key is a text'],
    [['m', 'none'], '1:1', '1:1', 'what is not in the file is at its beginning'],
    [['none'], '1:1', '1:1', 'a list as a key is no key of ours'],
    [['a', 'b c', 0, 'deeper'], '1:1', '1:1', 'nothing is below a number'],
    [['a', 'b c', 9], '1:1', '1:1', 'the list is shorter'],
  ])('%j: key at %s, value at %s (%s)', (path, key, value) => {
    expect(placeOf(text, path, 'key')).toBe(key);
    expect(placeOf(text, path, 'value')).toBe(value);
  });

  it('finds nothing in an empty file, without failing', () => {
    expect(placeOf('', ['a'], 'value')).toBe('1:1');
  });
});

describe('scalars', () => {
  it('are listed once, where they are written', () => {
    const { parsed } = parseConfig('a: &a [1, {b: 2}]\nc: *a\nd: {<<: {e: 3}}\n', 'c.yaml');
    const listed = [...scalars(parsed.document.contents)].map(({ node, path }) => [
      path.join('.'),
      node.value,
    ]);
    expect(listed).toEqual([
      ['a.0', 1],
      ['a.1.b', 2],
      ['d.e', 3],
    ]);
  });
});
