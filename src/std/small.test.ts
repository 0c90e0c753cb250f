import { describe, expect, it, vi } from 'vitest';
import { abortCause, Stop } from './abort.ts';
import { assertNever } from './assert-never.ts';
import { isObject, parseJson } from './json.ts';
import { consoleLog } from './log.ts';

describe('a stop', () => {
  it.each(['client', 'shutdown'] as const)('tells that it was the %s', (cause) => {
    const stop = new Stop();
    expect(stop.aborted).toBe(false);
    stop.abort(cause);
    stop.abort(cause === 'client' ? 'shutdown' : 'client');
    expect(stop.aborted).toBe(true);
    expect(abortCause(stop)).toBe(cause);
  });

  it('counts any other abort as the client leaving', () => {
    expect(abortCause(AbortSignal.abort(new Error('x')))).toBe('client');
  });

  it('calls back who still listens, once', () => {
    const stop = new Stop();
    const heard: string[] = [];
    const gone = (): void => void heard.push('gone');
    const tooLate = (): void => void heard.push('too late');
    stop.addEventListener('abort', () => {
      heard.push('first');
      stop.removeEventListener('abort', tooLate);
      stop.addEventListener('abort', gone);
    });
    stop.addEventListener('abort', gone);
    stop.addEventListener('abort', tooLate);
    stop.removeEventListener('abort', gone);
    stop.abort('client');
    stop.abort('client');
    stop.addEventListener('abort', gone);
    expect(heard).toEqual(['first']);
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

describe('the console log', () => {
  const spies = () => ({
    out: vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    err: vi.spyOn(process.stderr, 'write').mockReturnValue(true),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('keeps standard output for what is well, and writes the lines of a turn together', async () => {
    const { out, err } = spies();
    consoleLog.info('fine');
    consoleLog.warn('careful');
    consoleLog.info('still fine');
    consoleLog.error('broken');
    await turn();
    consoleLog.info('next');
    await turn();
    expect(out.mock.calls).toEqual([['fine\nstill fine\n'], ['next\n']]);
    expect(err.mock.calls).toEqual([['careful\n'], ['broken\n']]);
  });

  it('loses no line when the process exits', async () => {
    const { out } = spies();
    consoleLog.info('last words');
    const [listener] = process.listeners('exit').slice(-1);
    listener?.call(process, 0);
    expect(out.mock.calls).toEqual([['last words\n']]);
    await turn();
    expect(out.mock.calls).toHaveLength(1);
  });
});
