import { expect, it } from 'vitest';
import { UnderWay } from './under-way.ts';

it('keeps what has begun until it ends, oldest first', () => {
  const things = new UnderWay<string>();
  for (const id of ['a', '__proto__', 'c']) things.begin(id, `thing ${id}`);
  expect([things.size, things.get('__proto__'), things.get('x')]).toEqual([
    3,
    'thing __proto__',
    undefined,
  ]);
  expect([things.end('__proto__'), things.end('__proto__'), things.size]).toEqual([
    'thing __proto__',
    undefined,
    2,
  ]);
  expect(things.all()).toEqual(['thing a', 'thing c']);
});

it('can let go of the one that began first, as long as there is one', () => {
  const things = new UnderWay<number>();
  things.begin('a', 1);
  things.begin('b', 2);
  things.forgetOldest();
  expect(things.all()).toEqual([2]);
  things.forgetOldest();
  things.forgetOldest();
  expect(things.size).toBe(0);
});
