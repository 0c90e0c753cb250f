import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../upstream/outcome.ts';
import { Delivery } from './delivery.ts';

/** A response that keeps what is written to it. */
function response(): { readonly written: unknown[]; readonly response: ServerResponse } {
  const written: unknown[] = [];
  const fake = {
    getHeaderNames: () => [],
    writeHead: (...head: readonly unknown[]) => written.push(head),
    write: (bytes: Buffer) => written.push(bytes.toString()),
    end: (bytes?: Buffer) => written.push(`${bytes?.toString() ?? ''}<end>`),
  };
  return { written, response: fake as unknown as ServerResponse };
}

const ended: Outcome = {
  kind: 'ended',
  how: 'done',
  status: 200,
  headers: [],
  shown: 'content',
  said: 'Hi',
  finishReason: 'stop',
};
const frame = { raw: Buffer.from('data: {}\n\n'), data: '{}' };
const opened = (headers: readonly string[]): Outcome => ({
  kind: 'opened',
  status: 200,
  headers,
  opening: [frame, frame],
  rest: { relay: async () => ended, giveUp: () => undefined },
});

describe('delivering', () => {
  it('gives back an outcome that has no answer in it', async () => {
    const { response: fake, written } = response();
    const lost: Outcome = { kind: 'broken', cause: new Error('x') };
    await expect(new Delivery(fake, true).deliver(lost)).resolves.toBe(lost);
    expect(written).toEqual([]);
  });

  it.each([
    [
      ['content-type', 'text/event-stream'],
      ['content-type', 'text/event-stream', 'x-accel-buffering', 'no'],
    ],
    [
      ['x-a', '1'],
      [
        'x-a',
        '1',
        'content-type',
        'text/event-stream; charset=utf-8',
        'cache-control',
        'no-cache',
        'x-accel-buffering',
        'no',
      ],
    ],
  ])('calls a stream a stream, whatever it was called: %j', async (headers, head) => {
    const { response: fake, written } = response();
    const delivery = new Delivery(fake, true);
    await expect(delivery.deliver(opened(headers))).resolves.toBe(ended);
    expect(written).toEqual([[200, head], 'data: {}\n\ndata: {}\n\n']);
    expect(delivery.commit).toBe('content');
    await delivery.finish(ended);
    expect(written.at(-1)).toBe('data: [DONE]\n\n<end>');
  });

  it('does not make a stream up out of something that is no completion', async () => {
    const { response: fake, written } = response();
    const odd: Outcome = { kind: 'responded', status: 200, headers: [], body: Buffer.from('hello') };
    await expect(new Delivery(fake, true).deliver(odd)).resolves.toMatchObject({ kind: 'broken' });
    expect(written).toEqual([]);
  });
});
