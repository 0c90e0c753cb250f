import { describe, expect, it, vi } from 'vitest';
import { abortCause, abortWith } from './abort.ts';
import { assertNever } from './assert-never.ts';
import { isObject, parseJson } from './json.ts';
import { consoleLog } from './log.ts';

describe('abort causes', () => {
  it.each(['client', 'shutdown'] as const)('%s is read back', (cause) => {
    const controller = new AbortController();
    abortWith(controller, cause);
    expect(abortCause(controller.signal)).toBe(cause);
  });

  it('counts any other abort as the client leaving', () => {
    expect(abortCause(AbortSignal.abort(new Error('x')))).toBe('client');
  });
});

it('assertNever names the case that was forgotten', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('{"kind":"new"}');
});

describe('json', () => {
  it.each<[unknown, boolean, string]>([
    [{}, true, 'an object'],
    [[], false, 'a list is not an object'],
    [null, false, 'null is not an object'],
    ['{}', false, 'text is not an object'],
  ])('isObject(%j) is %s: %s', (value, expected) => {
    expect(isObject(value)).toBe(expected);
  });

  it('parses, or gives undefined', () => {
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] });
    expect(parseJson('null')).toBeNull();
    expect(parseJson('{"a":')).toBeUndefined();
  });
});

it('the console log keeps standard output for what is well', () => {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  consoleLog.info('fine');
  consoleLog.warn('careful');
  consoleLog.error('broken');
  expect([out.mock.calls, err.mock.calls]).toEqual([[['fine\n']], [['careful\n'], ['broken\n']]]);
});
