// Small answers of our own: JSON, and errors in the one shape.
import type { ServerResponse } from 'node:http';
import { renderError } from '../reply/error-reply.ts';
import type { ErrorReply } from '../reply/error-reply.ts';

/** Answers 200 with JSON bytes. */
export function answerJson(response: ServerResponse, body: Buffer): void {
  response.writeHead(200, ['content-type', 'application/json', 'content-length', String(body.length)]);
  response.end(body);
}

/** Answers with an error, and further headers where its status asks for them. */
export function answerError(
  response: ServerResponse,
  error: ErrorReply,
  headers: readonly string[] = [],
): void {
  const rendered = renderError(error);
  response.writeHead(rendered.status, rendered.reasonPhrase, [...rendered.headers, ...headers]);
  response.end(rendered.body);
}

/** A request that can not be forwarded. */
export function badRequest(status: 400 | 413 | 415, message: string): ErrorReply {
  return { status, type: 'invalid_request_error', code: CODES[status], message };
}

const CODES = { 400: 'bad_request', 413: 'too_large', 415: 'not_json' } as const;
