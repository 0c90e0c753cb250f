// What a client gets that does not speak HTTP as we understand it.
import type { Duplex } from 'node:stream';
import { renderError } from '../reply/error-reply.ts';

/** Bytes that are no HTTP request, or one that took too long: in words, then the connection ends. */
export function answerNonsense(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const message =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'The headers of the request are too large for First Hop.'
      : 'First Hop got something that is not an HTTP request. Check that the address begins with http://, not https://.';
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400;
  const { reasonPhrase, headers, body } = renderError({
    status,
    type: 'invalid_request_error',
    code: 'bad_request',
    message,
  });
  const lines = headers.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
  socket.end(`HTTP/1.1 ${status} ${reasonPhrase}\r\nconnection: close\r\n${lines}\r\n${body.toString()}`);
}
