import { expect, it } from 'vitest';
import { textMemory } from './memory.ts';

it('remembers by kind and by every byte', () => {
  const memory = textMemory();
  const result = Buffer.from('"b"');
  memory.keep('user', '"a"', result);
  memory.keep('system', '"a"', undefined);
  expect(memory.find('user', '"a"')?.result).toBe(result);
  expect(memory.find('system', '"a"')).toMatchObject({ result: undefined });
  expect(memory.find('assistant', '"a"')).toBeUndefined();
  expect(memory.find('upper', '"a"')).toBeUndefined();
  for (let at = 1; at < 400; at += 1) {
    const long = `"${'x'.repeat(400)}"`;
    memory.keep('user', long, undefined);
    expect(memory.find('user', `${long.slice(0, at)}y${long.slice(at + 1)}`)).toBeUndefined();
    expect(memory.find('user', long)).toBeDefined();
  }
});

it('forgets what nobody asked for when there is too much', () => {
  const memory = textMemory(20);
  const known = (...texts: readonly string[]): readonly boolean[] =>
    texts.map((text) => memory.find('user', text) !== undefined);
  memory.keep('user', '"1"', Buffer.from('x'));
  memory.keep('user', '"2"', undefined);
  memory.keep('user', '"3"', Buffer.from('y'));
  // All three are old by now; one is asked for.
  expect(known('"1"')).toEqual([true]);
  memory.keep('user', '"4"', undefined);
  memory.keep('user', '"5"', Buffer.from('z'));
  expect(known('"1"', '"4"', '"5"', '"2"', '"3"')).toEqual([true, true, true, false, false]);
});
