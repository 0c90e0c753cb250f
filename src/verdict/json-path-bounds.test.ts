// However large the value and however many ways a query takes through it, the work has an end.
import { describe, expect, it } from 'vitest';
import { valuesAt } from './json-path-evaluate.ts';
import { pathOf, textsAt } from './json-path.ts';

describe('no query does more than so much work', () => {
  const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const bushy = (depth: number): unknown =>
    depth === 0 ? 'x' : Array.from({ length: 5 }, () => bushy(depth - 1));
  const wide = Object.fromEntries(Array.from({ length: 11_000 }, (_, index) => [`k${index}`, 'x']));

  it.each<[string, unknown, string]>([
    ['$[?@[0]==@[1]]', [[deep(20_000), deep(20_000)]], 'equality of what is too deep'],
    ['$[?@[0]==@[1]]', [[Array(20_000).fill(1), Array(20_000).fill(1)]], 'or too long'],
    ['$[?@[0]==@[1]]', [[wide, { ...wide, k10999: 'y' }]], 'or too wide'],
    ['$[?@[0]==@[1]]', [['a'.repeat(20_000_000), 'a']], 'of long texts'],
    ['$[?@<"b"]', ['a'.repeat(20_000_000)], 'their order'],
    ['$[?length(@)>0]', ['a'.repeat(20_000_000)], 'their length'],
    ['$[?search(@,"(a|a)*b")]', ['a'.repeat(1_000_000)], 'a search in them'],
    ['$[?search("a",@)]', Array(10_000).fill('b'), 'many expressions'],
    ['$[0:]', Array(20_000).fill('x'), 'a slice'],
    ['$[?@]', Array(20_000).fill('x'), 'a filter'],
    [`$[?${'@||'.repeat(3)}@]`, Array(9_000).fill('x'), 'its conditions'],
    [`$${'[*,*]'.repeat(20)}`, [[[[[[[[[[[[[[[[[[[['x']]]]]]]]]]]]]]]]]]]], 'selectors that multiply'],
    ['$[?@..[?@..[?@..*]]]', bushy(5), 'filters in filters'],
  ])('%s finds nothing (row %#)', (path, value) => {
    const begun = process.cpuUsage();
    const search = { root: value, looksLeft: 10_000 };
    expect(valuesAt(value, pathOf(path), search)).toEqual([]);
    expect(search.looksLeft).toBeLessThan(0);
    expect(textsAt(value, pathOf(path))).toEqual([]);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
