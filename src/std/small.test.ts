import { describe, expect, it, vi } from 'vitest';
import { abortCause, Stop } from './abort.ts';
import { assertNever } from './assert-never.ts';
import { isObject, parseJson } from './json.ts';
import { consoleLog, openConsoleLog } from './log.ts';
import { FakeClock } from '../../test/support/fake-clock.ts';

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
    const log = openConsoleLog(new FakeClock());
    log.info('fine');
    log.info('still fine');
    log.warn('careful');
    log.error('broken');
    await turn();
    expect(out.mock.calls).toEqual([['fine\nstill fine\n']]);
    expect(err.mock.calls).toEqual([['careful\nbroken\n']]);
  });

  it('writes a line at once, what follows it soon together, and nothing after a problem that came before it', async () => {
    const { out, err } = spies();
    const clock = new FakeClock();
    const log = openConsoleLog(clock);
    log.info('first');
    await turn();
    for (const line of ['second', 'third']) {
      await clock.advance(30);
      log.info(line);
    }
    await turn();
    expect(out.mock.calls).toEqual([['first\n']]);
    await clock.advance(40);
    expect(out.mock.calls).toEqual([['first\n'], ['second\nthird\n']]);
    log.info('fourth');
    log.warn('careful');
    await turn();
    expect(out.mock.calls.slice(2)).toEqual([['fourth\n']]);
    expect(err.mock.calls).toEqual([['careful\n']]);
    expect(out.mock.invocationCallOrder[2]).toBeLessThan(err.mock.invocationCallOrder[0] ?? 0);
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
