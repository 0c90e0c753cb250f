import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, it, vi } from 'vitest';
import type { Frame } from '../sse/frame.ts';
import { turnOver } from '../std/clock.ts';
import { endAfterThisTurn, sinkOf } from './response-sink.ts';

/** Notes what is written to it. */
function notedResponse(notes: string[]): ServerResponse {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  vi.spyOn(response, 'write').mockImplementation((chunk: Buffer) => {
    notes.push(`write ${chunk.length}`);
    return true;
  });
  vi.spyOn(response, 'end').mockImplementation((last: string) => {
    notes.push(`end ${last.length}`);
    return response;
  });
  return response;
}

function frame(length: number): Frame {
  return { raw: Buffer.alloc(length), data: undefined };
}

const TURN_OVER = 'turn over';

it('the frames of a turn leave together, those of other streams right behind', async () => {
  const notes: string[] = [];
  const [one, other] = [sinkOf(notedResponse(notes)), sinkOf(notedResponse(notes))];
  for (const sink of [one, other, one]) sink.write([frame(100)]);
  await Promise.resolve();
  notes.push(TURN_OVER);
  await turnOver();
  expect(notes).toEqual([TURN_OVER, 'write 200', 'write 100']);
});

it('as much as one read brings does not wait, so that a slow client is noticed', async () => {
  const notes: string[] = [];
  const sink = sinkOf(notedResponse(notes));
  for (const length of [100, 65_536 - 100, 100]) sink.write([frame(length)]);
  notes.push(TURN_OVER);
  await turnOver();
  expect(notes).toEqual(['write 65536', TURN_OVER, 'write 100']);
});

it('whole replies of a turn leave one behind the other when it is over', async () => {
  const notes: string[] = [];
  for (const length of [10, 20]) {
    const body = Buffer.alloc(length);
    endAfterThisTurn({ response: notedResponse(notes), body, latin1: undefined });
  }
  notes.push(TURN_OVER);
  await turnOver();
  expect(notes).toEqual([TURN_OVER, 'end 10', 'end 20']);
});
