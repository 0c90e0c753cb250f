// Reads the small JSON objects that the page sends.
import type { IncomingMessage } from 'node:http';
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** A configuration and a recorded prompt have room in it. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The object; undefined when it is none, too large, or the page has left. */
export function readJson(request: IncomingMessage): Promise<JsonObject | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_BYTES) chunks.push(chunk);
      else resolve(undefined);
    });
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString('utf8'));
      resolve(isObject(body) ? body : undefined);
    });
    request.on('close', () => resolve(undefined));
  });
}
