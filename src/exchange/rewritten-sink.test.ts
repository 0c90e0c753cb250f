import { expect, it } from 'vitest';
import { settle } from '../../test/support/fake-clock.ts';
import type { FrameRewriter } from '../rewrite/frames.ts';
import type { Frame } from '../sse/frame.ts';
import type { ResponseSink } from './response-sink.ts';
import { rewrittenSink } from './rewritten-sink.ts';

const frame = (text: string): Frame => ({ raw: Buffer.from(text), data: text });

/** A client, and a rewriter in another thread that does its work when it is told to. */
function setUp() {
  const written: string[] = [];
  const drains: (() => void)[] = [];
  const client = { isFull: false };
  const sink: ResponseSink = {
    bytes: 7,
    flush: () => void written.push('<flush>'),
    write(frames) {
      written.push(...frames.map(({ data }) => String(data)));
      return !client.isFull;
    },
    onDrain: (resume) => drains.push(resume),
  };
  const work: (() => void)[] = [];
  const later = (frames: readonly Frame[]): Promise<readonly Frame[]> =>
    new Promise((resolve) => work.push(() => resolve(frames)));
  const rewriter: FrameRewriter = { take: later, end: () => later([frame('end')]), sent: 'text' };
  const resumed: string[] = [];
  const next = async (): Promise<void> => {
    work.shift()?.();
    await settle(2);
  };
  return { written, drains, client, sink, rewriter, next, resumed, work };
}

it('passes frames on in order, those that waited together', async () => {
  const { sink, rewriter, written, next, work } = setUp();
  const rewritten = rewrittenSink(sink, rewriter);
  for (const text of ['a', 'b', 'c']) expect(rewritten.write([frame(text)])).toBe(true);
  expect([written, work.length]).toEqual([[], 1]);
  await next();
  expect(written).toEqual(['a']);
  await next();
  expect(written).toEqual(['a', 'b', 'c']);
  rewritten.write([frame('d')]);
  const end = rewritten.end();
  await next();
  await next();
  await end;
  expect(written).toEqual(['a', 'b', 'c', 'd', 'end', '<flush>']);
  expect([rewritten.bytes, rewritten.sent]).toEqual([7, 'text']);
});

it('takes no more while much waits, until it is worked off', async () => {
  const { sink, rewriter, next, resumed } = setUp();
  const rewritten = rewrittenSink(sink, rewriter);
  rewritten.write([frame('a')]);
  expect(rewritten.write([frame('b'.repeat(70_000))])).toBe(false);
  rewritten.onDrain(() => resumed.push('resumed'));
  await next();
  expect(resumed).toEqual([]);
  await next();
  expect(resumed).toEqual(['resumed']);
});

it('waits for the client, too', async () => {
  const { sink, rewriter, next, resumed, drains, client } = setUp();
  const rewritten = rewrittenSink(sink, rewriter);
  rewritten.onDrain(() => resumed.push('at once'));
  expect(drains).toHaveLength(1);
  rewritten.write([frame('a')]);
  rewritten.onDrain(() => resumed.push('later'));
  client.isFull = true;
  await next();
  expect([resumed, drains.length]).toEqual([[], 2]);
  drains[1]?.();
  expect(resumed).toEqual(['later']);
});

it('takes no more while the client takes no more, although the rules could', async () => {
  const { sink, rewriter, client, next } = setUp();
  const rewritten = rewrittenSink(sink, rewriter);
  expect(rewritten.write([frame('a')])).toBe(true);
  client.isFull = true;
  await next();
  expect(rewritten.write([frame('b')])).toBe(false);
  expect(rewritten.write([frame('c')])).toBe(false);
  client.isFull = false;
  await next();
  await next();
  expect(rewritten.write([frame('d')])).toBe(true);
});

it('tells of a mistake when it is asked for what has become of it, and holds nobody up', async () => {
  const { sink, resumed } = setUp();
  const broken: FrameRewriter = {
    take: () => Promise.reject(new Error('a mistake')),
    end: () => [],
    sent: '',
  };
  const rewritten = rewrittenSink(sink, broken);
  rewritten.write([frame('a')]);
  rewritten.onDrain(() => resumed.push('resumed'));
  await settle(2);
  expect(resumed).toEqual(['resumed']);
  await expect(rewritten.settled()).rejects.toThrow('a mistake');
});
