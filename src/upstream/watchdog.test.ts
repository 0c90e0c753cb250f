import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { Watchdog } from './watchdog.ts';

const limits = { connectMs: 10, firstByteMs: 120, firstContentMs: 300, idleMs: 60, totalMs: 900 };
/** Longer than any upload. */
const PATIENT = { connectMs: 10, firstByteMs: 120, firstContentMs: 9e9, idleMs: 60_000, totalMs: 9e9 };

/** A watchdog, and what it has said: phase and time since its start. */
function watch(of = limits): { clock: FakeClock; dog: Watchdog; said: [string, number][] } {
  const clock = new FakeClock();
  const said: [string, number][] = [];
  const dog = new Watchdog(clock, of, (phase, afterMs) => said.push([phase, afterMs]));
  return { clock, dog, said };
}

describe('the clocks of an attempt', () => {
  it('connect: no connection', async () => {
    const { clock, said } = watch();
    await clock.advance(9);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([['connect', 10]]);
  });

  it('first byte: counted from the sent request', async () => {
    const { clock, dog, said } = watch();
    await clock.advance(5);
    dog.connected(2_000);
    await clock.advance(119);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([['first-byte', 125]]);
  });

  it('first byte: a large request gets time to go out', async () => {
    const { clock, dog, said } = watch(PATIENT);
    dog.connected(64 * 1024 * 1024);
    await clock.advance(1024 * 1024 + 119);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([['first-byte', 1024 * 1024 + 120]]);
  });

  it('idle: counted from the last bytes', async () => {
    const { clock, dog, said } = watch();
    dog.connected(2_000);
    dog.answered(false);
    for (let heard = 0; heard < 5; heard += 1) {
      await clock.advance(50);
      dog.heard();
    }
    await clock.advance(59);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([['idle', 310]]);
  });

  it('first content: bytes alone do not stop it', async () => {
    const { clock, dog, said } = watch();
    dog.connected(2_000);
    dog.answered(true);
    for (let heard = 0; heard < 7; heard += 1) {
      await clock.advance(50);
      dog.heard();
    }
    expect(said).toEqual([['first-content', 300]]);
  });

  it('total: nothing stops it', async () => {
    const { clock, dog, said } = watch();
    dog.connected(2_000);
    dog.answered(true);
    dog.shown();
    for (let heard = 0; heard < 20; heard += 1) {
      await clock.advance(50);
      dog.heard();
    }
    expect(said).toEqual([['total', 900]]);
  });

  it('idle: short once the reply has said that it is complete', async () => {
    const { clock, dog, said } = watch(PATIENT);
    dog.connected(2_000);
    dog.answered(true);
    dog.complete();
    await clock.advance(4_999);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([['idle', 5_000]]);
  });

  it('a slow reader is not the upstream’s silence', async () => {
    const { clock, dog, said } = watch();
    dog.connected(2_000);
    dog.answered(false);
    dog.suspend();
    await clock.advance(500);
    expect(said).toEqual([]);
    dog.resume();
    await clock.advance(60);
    expect(said).toEqual([['idle', 560]]);
  });

  it('nothing rings once it is stopped', async () => {
    const { clock, dog, said } = watch();
    dog.stop();
    await clock.advance(10_000);
    expect(said).toEqual([]);
  });

  it('bytes set no timer of their own', async () => {
    const { clock, dog } = watch();
    dog.connected(2_000);
    dog.answered(false);
    const before = clock.waiting();
    for (let heard = 0; heard < 1_000; heard += 1) dog.heard();
    expect(clock.waiting()).toEqual(before);
  });
});
