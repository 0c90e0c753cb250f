// Takes a request's body in, whole and within the limit, or says why not.
import type { IncomingMessage } from 'node:http';
import { joined } from '../upstream/body-reader.ts';

/** What came in. `gone`: the client left while sending. */
export type Intake =
  | { readonly kind: 'whole'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'gone' };

/** Reads the body; past the limit the rest is not kept. Never rejects. */
export function takeBody(request: IncomingMessage, limitBytes: number): Promise<Intake> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
      resolve({ kind: 'too-large' });
      return;
    }
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve({ kind: 'too-large' });
    });
    request.on('end', () => resolve({ kind: 'whole', body: joined(chunks) }));
    request.on('error', () => resolve({ kind: 'gone' }));
    request.on('close', () => resolve({ kind: 'gone' }));
  });
}

/** Whether a body can be read as JSON by what its headers say; if not, why, in words for the user. */
export function problemWithType(headers: IncomingMessage['headers']): string | undefined {
  const type = headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    return `The request must be JSON: send the header "Content-Type: application/json"${type === '' ? '' : `, not "${type}"`}.`;
  }
  const encoding = headers['content-encoding'] ?? 'identity';
  return encoding === 'identity'
    ? undefined
    : `The request must not be compressed ("Content-Encoding: ${encoding}").`;
}
