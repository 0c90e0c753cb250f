import { expect, it } from 'vitest';
import { rule } from '../../test/support/rule-runner.ts';
import { countStrikes } from './strikes.ts';
import type { Strikes } from './strikes.ts';

function start(stopped?: (name: string) => void): { readonly strikes: Strikes; readonly warned: string[] } {
  const warned: string[] = [];
  const log = {
    info: () => undefined,
    warn: (line: string) => void warned.push(line),
    error: () => undefined,
  };
  return { strikes: countStrikes([rule('a', ''), rule('b', '')], log, stopped), warned };
}

it('tells of the first time and the third, and switches off then', () => {
  const { strikes, warned } = start();
  const seen: (readonly [boolean, number])[] = [];
  for (let nth = 0; nth < 5; nth += 1) {
    seen.push([strikes.isOff(1), warned.length]);
    strikes.strike(1);
  }
  expect(seen).toEqual([
    [false, 0],
    [false, 1],
    [false, 1],
    [true, 2],
    [true, 2],
  ]);
  expect(warned).toEqual([
    'the rule b took longer than 100 ms and was left out of one text. Simplify its pattern.',
    'the rule b took longer than 100 ms for the third time and is switched off until the configuration changes.',
  ]);
  expect(strikes.slow()).toEqual([{ rule: 'the rule b', stopped: 5, switched_off: true }]);
});

it('counts each rule by itself, and lets somebody hear of it', () => {
  const heard: string[] = [];
  const { strikes } = start((name) => void heard.push(name));
  expect([strikes.hasAny, strikes.slow()]).toEqual([false, []]);
  for (const index of [1, 0, 1, 1]) strikes.strike(index);
  expect([strikes.isOff(0), strikes.isOff(1), strikes.hasAny]).toEqual([false, true, true]);
  expect(heard).toEqual(['the rule b', 'the rule a', 'the rule b', 'the rule b']);
  expect(strikes.slow()).toEqual([
    { rule: 'the rule b', stopped: 3, switched_off: true },
    { rule: 'the rule a', stopped: 1, switched_off: false },
  ]);
});
