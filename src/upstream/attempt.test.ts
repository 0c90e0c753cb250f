import { gzipSync } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { Attempt } from './attempt.ts';
import type { Opened, Outcome } from './outcome.ts';
import { newTrace } from './upstream.ts';
import type { AttemptRequest } from './upstream.ts';

const HOUR_MS = 3_600_000;
const limits = {
  connectMs: HOUR_MS,
  firstByteMs: HOUR_MS,
  firstContentMs: HOUR_MS,
  idleMs: HOUR_MS,
  totalMs: 2 * HOUR_MS,
};
const CHUNK = 'data: {"choices":[{"delta":{"content":"a"}}]}\n\n';

/** undici's side of a request, as far as an attempt uses it. */
class Controller implements Dispatcher.DispatchController {
  readonly aborts: Error[] = [];
  rawHeaders: Buffer[];
  paused = false;

  constructor(headers: readonly string[]) {
    this.rawHeaders = headers.map((text) => Buffer.from(text));
  }
  get aborted(): boolean {
    return this.aborts.length > 0;
  }
  get reason(): Error | null {
    return this.aborts[0] ?? null;
  }
  abort(reason: Error): void {
    this.aborts.push(reason);
  }
  pause(): void {
    this.paused = true;
  }
  resume(): void {
    this.paused = false;
  }
}

function begin(reading: AttemptRequest['reading'], headers: readonly string[] = []) {
  const clock = new FakeClock();
  const outcomes: Outcome[] = [];
  const leaving = new AbortController();
  const attempt = new Attempt(
    { clock, limits, maxReplyBytes: 1_000, endMarks: { seen: false } },
    { method: 'POST', path: '/', headers: [], body: undefined, reading },
    leaving.signal,
    newTrace(),
    (outcome) => outcomes.push(outcome),
  );
  return {
    attempt,
    controller: new Controller(headers),
    clock,
    outcomes,
    leave: () => leaving.abort('client'),
  };
}

/** Lets promises and zlib's callbacks run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function until(isReady: () => boolean): Promise<void> {
  for (let turns = 0; turns < 10_000 && !isReady(); turns += 1) await turn();
}

describe('an attempt that is over', () => {
  it('gives the connection up as soon as it gets one', () => {
    const { attempt, controller, outcomes, leave } = begin('whole');
    leave();
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from('x'));
    attempt.onResponseEnd();
    attempt.onResponseError(controller, new Error('late'));
    expect(outcomes).toEqual([{ kind: 'aborted', by: 'client' }]);
    expect(controller.aborts).toHaveLength(1);
  });

  it('does not begin when the client has left already', () => {
    const outcomes: Outcome[] = [];
    const attempt = new Attempt(
      { clock: new FakeClock(), limits, maxReplyBytes: 1, endMarks: { seen: false } },
      { method: 'POST', path: '/', headers: [], body: undefined, reading: 'whole' },
      AbortSignal.abort('shutdown'),
      newTrace(),
      (outcome) => outcomes.push(outcome),
    );
    attempt.onResponseEnd();
    expect(outcomes).toEqual([{ kind: 'aborted', by: 'shutdown' }]);
  });

  it('takes no more of a compressed body', async () => {
    const { attempt, controller, outcomes, leave } = begin('whole', ['content-encoding', 'gzip']);
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, gzipSync('{}'));
    attempt.onResponseEnd();
    leave();
    await turn();
    await turn();
    expect(outcomes).toEqual([{ kind: 'aborted', by: 'client' }]);
  });
});

describe('an opened stream', () => {
  it('tells an end that came before anyone asked for the rest', async () => {
    const { attempt, controller, outcomes, leave } = begin('stream');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from(CHUNK));
    const [opened] = outcomes;
    expect(opened).toMatchObject({ kind: 'opened', status: 200 });
    // Only what comes before anyone takes it makes it wait.
    expect(controller.paused).toBe(false);
    attempt.onResponseData(controller, Buffer.from(CHUNK));
    expect(controller.paused).toBe(true);
    leave();
    if (opened?.kind !== 'opened') throw new Error('not opened');
    const end = await opened.rest.relay({ write: () => true, onDrain: () => undefined });
    expect(end).toEqual({ kind: 'aborted', by: 'client' });
  });

  it('is told once, though its end mark and its end have both come', async () => {
    const { attempt, controller, outcomes } = begin('stream');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from(`${CHUNK}data: [DONE]\n\n`));
    attempt.onResponseEnd();
    const [opened] = outcomes;
    if (opened?.kind !== 'opened') throw new Error('not opened');
    const end = await opened.rest.relay({ write: () => true, onDrain: () => undefined });
    expect(end).toMatchObject({ kind: 'ended', how: 'done', shown: 'content' });
  });

  it('leaves a connection to end by itself after [DONE], but not for ever', async () => {
    const { attempt, controller, clock, outcomes } = begin('stream');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from('data: [DONE]\n\n'));
    expect(outcomes).toMatchObject([{ kind: 'ended', how: 'done', shown: 'nothing' }]);
    expect(controller.aborts).toEqual([]);
    await clock.advance(1_000);
    expect(controller.aborts).toHaveLength(1);
  });

  it.each([
    ['ends', (attempt: Attempt) => attempt.onResponseEnd()],
    [
      'breaks',
      (attempt: Attempt, controller: Controller) => attempt.onResponseError(controller, new Error('x')),
    ],
  ])('keeps the connection when the response %s in that time', async (_how, happen) => {
    const { attempt, controller, clock } = begin('stream');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from('data: [DONE]\n\n'));
    happen(attempt, controller);
    await clock.advance(10_000);
    expect(controller.aborts).toEqual([]);
  });
});

describe('what it reads', () => {
  it('waits for the answer behind an informational one', () => {
    const { attempt, controller, outcomes } = begin('whole');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 103);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from('{}'));
    attempt.onResponseEnd();
    expect(outcomes).toMatchObject([{ kind: 'responded', status: 200, body: Buffer.from('{}') }]);
  });

  it('is no more than the limit', () => {
    const { attempt, controller, outcomes } = begin('whole');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.alloc(1_001));
    expect(outcomes).toEqual([{ kind: 'oversized', limitBytes: 1_000 }]);
    expect(controller.aborts).toHaveLength(1);
  });

  it('is the beginning of an error page, however long', () => {
    const { attempt, controller, outcomes } = begin('whole');
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 500);
    attempt.onResponseData(controller, Buffer.from('Oh no'));
    attempt.onResponseData(controller, Buffer.alloc(2 * 1024 * 1024));
    expect(outcomes).toMatchObject([{ kind: 'responded', status: 500, body: Buffer.from('Oh no') }]);
  });

  it.each([
    ['gzip', true, 'in a piece that can be unpacked no further'],
    ['gzip', false, 'right behind all of it'],
  ])(
    'a cut does not take what came before it, still to be unpacked (%s, %s: %s)',
    async (encoding, isTorn) => {
      const { attempt, controller, outcomes } = begin('stream', [
        'content-encoding',
        encoding,
        'content-type',
        'text/event-stream',
      ]);
      attempt.onRequestStart(controller);
      attempt.onResponseStart(controller, 200);
      const packed = gzipSync(CHUNK);
      attempt.onResponseData(controller, isTorn ? packed.subarray(0, -8) : packed);
      const cause = new Error('the connection was lost');
      attempt.onResponseError(controller, cause);
      await until(() => outcomes.length > 0);
      expect(outcomes[0]).toMatchObject({ kind: 'opened' });
      const { rest } = outcomes[0] as Opened;
      expect(await rest.relay({ write: () => true, onDrain: () => undefined })).toMatchObject({
        kind: 'ended',
        how: 'cut',
        said: 'a',
        cause,
      });
    },
  );

  it('is lost with a compression that is broken', async () => {
    const { attempt, controller, outcomes } = begin('whole', ['Content-Encoding', 'gzip']);
    attempt.onRequestStart(controller);
    attempt.onResponseStart(controller, 200);
    attempt.onResponseData(controller, Buffer.from('not gzip at all'));
    await until(() => outcomes.length > 0);
    expect(outcomes).toMatchObject([{ kind: 'broken', cause: { message: 'incorrect header check' } }]);
  });
});
