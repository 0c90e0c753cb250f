import { describe, expect, it } from 'vitest';
import { textMemory } from './memory.ts';
import type { TextMemory } from './memory.ts';

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

describe('what is kept', () => {
  const known = (memory: TextMemory, ...texts: readonly string[]): readonly boolean[] =>
    texts.map((text) => memory.find('user', text) !== undefined);
  const keep = (memory: TextMemory, ...texts: readonly string[]): void => {
    for (const text of texts) memory.keep('user', text, undefined);
  };

  it('is at least the latest half of what may be', () => {
    const memory = textMemory(12);
    keep(memory, '"1"', '"2"', '"3"', '"4"');
    expect(known(memory, '"1"')).toEqual([true]);
  });

  it('is what was asked for of late, once for all times', () => {
    const memory = textMemory(20);
    keep(memory, '"1"', '"2"', '"3"', '"4"');
    expect(known(memory, '"1"')).toEqual([true]);
    keep(memory, '"5"', '"6"', '"7"');
    expect(known(memory, '"2"', '"1"', '"5"', '"6"', '"7"')).toEqual([false, true, true, true, true]);
    const often = textMemory(20);
    keep(often, '"1"', '"2"');
    for (let times = 0; times < 10; times += 1) expect(known(often, '"1"')).toEqual([true]);
    expect(known(often, '"2"')).toEqual([true]);
  });

  it('counts with its results', () => {
    const memory = textMemory(20);
    memory.keep('user', '"1"', Buffer.alloc(8));
    memory.keep('user', '"2"', Buffer.alloc(8));
    expect(known(memory, '"1"', '"2"')).toEqual([false, true]);
  });

  it('may be long chats', () => {
    const memory = textMemory();
    const megabytes = ['"a', '"b', '"c'].map((start) => start.padEnd(1024 * 1024, '.'));
    keep(memory, ...megabytes);
    expect(known(memory, ...megabytes)).toEqual([true, true, true]);
  });

  it.each<[why: string, at: number]>([
    ['at the beginning', 10],
    ['in the middle', 200],
    ['at the end', 390],
  ])('may be texts that differ %s only', (_why, at) => {
    const memory = textMemory();
    const texts = ['x', 'y'].map((character) => '.'.repeat(at) + character + '.'.repeat(399 - at));
    keep(memory, ...texts);
    expect(known(memory, ...texts)).toEqual([true, true]);
  });
});
