// What a reader keeps of a stream does not grow with the stream: what has been passed on is let go.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { settle } from '../../test/support/fake-clock.ts';
import type { LiveStream } from './live-stream.ts';
import type { Outcome } from './outcome.ts';
import { StreamReader } from './stream-reader.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const frame = (text: string): string => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`;

/** A reader whose stream has been opened and is being passed on to a sink that takes everything and keeps nothing. */
function relaying(): {
  readonly reader: StreamReader;
  readonly passed: () => number;
  readonly end: () => Outcome;
} {
  let rest: LiveStream | undefined;
  let end: Outcome | undefined;
  let passedBytes = 0;
  const nothing = (): void => undefined;
  const reader = new StreamReader(
    {
      status: 200,
      headers: [],
      endMarks: { seen: false },
      maxBytes: 1_000_000,
      open: (_opening, live) => {
        rest = live;
      },
      next: () => new Promise(() => undefined),
      settle: (outcome) => {
        end = outcome;
      },
      shown: nothing,
      complete: nothing,
      pause: nothing,
      resume: nothing,
    },
    'stream',
  );
  reader.data(Buffer.from(frame('a')));
  void rest?.relay({
    write(frames) {
      for (const { raw } of frames) passedBytes += raw.length;
      return true;
    },
    onDrain: nothing,
  });
  return {
    reader,
    passed: () => passedBytes,
    end: () => {
      if (end === undefined) throw new Error('not over yet');
      return end;
    },
  };
}

it('of 200 MB in chunks it keeps none that has been passed on', async () => {
  const { reader, passed, end } = relaying();
  const piece = frame('x'.repeat(100_000));
  const seen: WeakRef<Buffer>[] = [];
  for (let count = 0; count < 2_000; count += 1) {
    const chunk = Buffer.from(piece);
    seen.push(new WeakRef(chunk));
    reader.data(chunk);
  }
  await settle(1);
  collectGarbage();
  expect(passed()).toBe(2_000 * piece.length);
  expect(seen.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(5);
  reader.end();
  // Nor the text: that far, nothing could be continued.
  expect(end()).toMatchObject({ how: 'done', said: undefined });
});

it('remembers the text of a reply of ordinary length, and of a longer one nothing', () => {
  const ordinary = relaying();
  ordinary.reader.data(Buffer.from(frame('b'.repeat(500_000))));
  ordinary.reader.end();
  expect(ordinary.end()).toMatchObject({ said: `a${'b'.repeat(500_000)}` });
  const long = relaying();
  for (let count = 0; count < 10; count += 1) long.reader.data(Buffer.from(frame('b'.repeat(100_000))));
  long.reader.end();
  expect(long.end()).toMatchObject({ said: undefined });
});
