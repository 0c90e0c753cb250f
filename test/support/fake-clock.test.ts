// The fake clock is the ground every story stands on; here it is tried by itself.
import { describe, expect, test } from 'vitest';
import { FakeClock, settle } from './fake-clock.ts';

const never = new AbortController().signal;

describe('timers', () => {
  test('fire only when the time is moved to them, in the order they come due', async () => {
    const clock = new FakeClock();
    const fired: string[] = [];
    clock.after(200, () => fired.push('second'));
    clock.after(100, () => fired.push('first'));
    clock.after(300, () => fired.push('third'));
    await settle();
    expect(fired).toEqual([]);
    await clock.advance(200);
    expect(fired).toEqual(['first', 'second']);
  });

  test('see the time they were due at, and may start others within the same advance', async () => {
    const clock = new FakeClock();
    const start = clock.nowMs();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.nowMs() - start);
      clock.after(40, again);
    };
    clock.after(40, again);
    await clock.advance(100);
    expect(seen).toEqual([40, 80]);
    expect(clock.nowMs() - start).toBe(100);
  });

  test('do not fire once cancelled', async () => {
    const clock = new FakeClock();
    let fired = false;
    const timer = clock.after(10, () => {
      fired = true;
    });
    timer.cancel();
    timer.cancel();
    await clock.advance(20);
    expect(fired).toBe(false);
  });
});

describe('sleeps', () => {
  test('end by themselves, move both clocks and are written down', async () => {
    const clock = new FakeClock();
    const [now, wall] = [clock.nowMs(), clock.wallMs()];
    expect(await clock.sleep(1_000, never)).toBe('elapsed');
    expect(await clock.sleep(2_000, never)).toBe('elapsed');
    expect(clock.slept).toEqual([1_000, 2_000]);
    expect([clock.nowMs() - now, clock.wallMs() - wall]).toEqual([3_000, 3_000]);
    expect(clock.waiting()).toEqual([]);
  });

  test('wait for the time when they are held', async () => {
    const clock = new FakeClock();
    clock.holdSleeps = true;
    const slept = clock.sleep(1_000, never);
    await clock.advance(999);
    expect(clock.waiting()).toEqual([1_000]);
    await clock.advance(1);
    expect(await slept).toBe('elapsed');
  });

  test.each([{ holdSleeps: false }, { holdSleeps: true }])(
    'hear an abort ($holdSleeps)',
    async ({ holdSleeps }) => {
      const clock = new FakeClock();
      clock.holdSleeps = holdSleeps;
      const controller = new AbortController();
      const start = clock.nowMs();
      const slept = clock.sleep(1_000, controller.signal);
      controller.abort();
      expect(await slept).toBe('aborted');
      expect(await clock.sleep(1_000, controller.signal)).toBe('aborted');
      await settle();
      expect([clock.nowMs() - start, clock.waiting()]).toEqual([0, []]);
    },
  );
});

describe('a story can wait for the program', () => {
  test('until it waits for something itself', async () => {
    const clock = new FakeClock();
    const waiting = clock.whenWaiting(60_000);
    clock.after(10_000, () => undefined);
    clock.after(60_000, () => undefined);
    await waiting;
    await clock.whenWaiting(10_000);
  });

  test('by moving from timer to timer until something has happened, however often one is re-armed', async () => {
    const clock = new FakeClock();
    const start = clock.nowMs();
    const fifthTick = new Promise<string>((resolve) => {
      const tick = (count: number): void => {
        if (count === 5) resolve('done');
        else clock.after(7, () => tick(count + 1));
      };
      tick(0);
    });
    expect(await clock.advanceUntil(fifthTick)).toBe('done');
    expect(clock.nowMs() - start).toBe(35);
  });

  test('and is told when it never will', async () => {
    const clock = new FakeClock();
    clock.after(5_000, () => undefined);
    await expect(clock.advanceUntil(new Promise(() => undefined), 1_000)).rejects.toThrow(
      'Nothing more happens',
    );
  });

  test('and gets the failure it waited for', async () => {
    await expect(new FakeClock().advanceUntil(Promise.reject(new Error('as told')))).rejects.toThrow(
      'as told',
    );
  });
});

test('chance is what the story says it is', () => {
  const clock = new FakeClock();
  expect(clock.random()).toBe(0.5);
  clock.chance = 0.25;
  expect(clock.random()).toBe(0.25);
});
