import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { answerNonsense } from './nonsense.ts';

it.each([
  ['HPE_INVALID_METHOD', 'HTTP/1.1 400 First Hop got something that is not an HTTP request.'],
  ['HPE_HEADER_OVERFLOW', 'HTTP/1.1 431 The headers of the request are too large'],
])('%s is answered in words, and the connection ends', (code, start) => {
  const socket = new PassThrough();
  answerNonsense(Object.assign(new Error('x'), { code }), socket);
  const answer = String(socket.read());
  expect(answer.startsWith(start)).toBe(true);
  expect(answer).toContain('connection: close\r\n');
  expect(answer).toContain('\r\n\r\n{"error":{"message":"');
  expect(socket.writableEnded).toBe(true);
});

it('a connection that is gone already is let go', () => {
  const socket = new PassThrough();
  socket.end();
  answerNonsense(new Error('read ECONNRESET'), socket);
  expect(socket.destroyed).toBe(true);
});
