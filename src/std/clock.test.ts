import { describe, expect, it, vi } from 'vitest';
import { eachAfterThisTurn, systemClock, turnOver } from './clock.ts';

describe('the system clock', () => {
  it('tells wall time and a duration that does not run backwards', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000 });
    expect(systemClock.wallMs()).toBe(1_700_000_000_000);
    const before = systemClock.nowMs();
    vi.advanceTimersByTime(250);
    expect(systemClock.nowMs() - before).toBe(250);
    vi.useRealTimers();
  });

  it('draws numbers from [0, 1)', () => {
    const drawn = Array.from({ length: 100 }, () => systemClock.random());
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(new Set(drawn).size).toBeGreaterThan(1);
  });

  it('calls back once, and not at all when cancelled', () => {
    vi.useFakeTimers();
    const called = vi.fn();
    const cancelled = vi.fn();
    systemClock.after(100, called);
    const timer = systemClock.after(100, cancelled);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(1_000);
    expect(called).toHaveBeenCalledTimes(1);
    expect(cancelled).not.toHaveBeenCalled();
    vi.useRealTimers();
  });

  it('waits for a delay longer than a Node timer can take, instead of firing at once', () => {
    vi.useFakeTimers();
    const called = vi.fn();
    systemClock.after(Number.MAX_SAFE_INTEGER, called);
    vi.advanceTimersByTime(60_000);
    expect(called).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

describe('a sleep', () => {
  it('ends when its time has passed', async () => {
    vi.useFakeTimers();
    const sleep = systemClock.sleep(1_000, new AbortController().signal);
    vi.advanceTimersByTime(1_000);
    await expect(sleep).resolves.toBe('elapsed');
    vi.useRealTimers();
  });

  it('ends at once when it is aborted', async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(1_000_000, controller.signal);
    controller.abort();
    await expect(sleep).resolves.toBe('aborted');
  });

  it('does not begin after an abort', async () => {
    await expect(systemClock.sleep(1_000_000, AbortSignal.abort())).resolves.toBe('aborted');
  });
});

describe('what is put off until a turn is over', () => {
  const noted = (notes: string[]): Record<'first' | 'other' | 'last', (what: string) => void> => {
    const note = (what: string): void => void notes.push(what);
    return {
      first: eachAfterThisTurn('first', note),
      other: eachAfterThisTurn('first', note),
      last: eachAfterThisTurn('last', note),
    };
  };

  it('is done together, and for who waits for it first, whatever was put off before', async () => {
    const notes: string[] = [];
    const { first, other, last } = noted(notes);
    for (const [put, what] of [
      [last, 'a record'],
      [first, 'a reply'],
      [last, 'another record'],
      [other, 'a frame'],
      [first, 'another reply'],
    ] as const)
      put(what);
    await Promise.resolve();
    notes.push('turn over');
    await turnOver();
    expect(notes).toEqual(['turn over', 'a reply', 'another reply', 'a frame', 'a record', 'another record']);
  });

  it('is done a turn later where it is put off by what is done now', async () => {
    const notes: string[] = [];
    const { last } = noted(notes);
    const again = eachAfterThisTurn('first', last);
    again('later');
    await turnOver();
    const afterOne = [...notes];
    await turnOver();
    expect([afterOne, notes]).toEqual([[], ['later']]);
  });
});
