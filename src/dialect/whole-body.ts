// An answer's body as the one JSON value it tells, in whichever of its forms it came.
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';
import { foldStream } from './fold-stream.ts';
import { usageAtSight, usageIn } from './usage.ts';

/**
 * JSON, or the completion an event stream tells; undefined for anything else. Some upstreams send a byte order mark or,
 * while one waits, blank lines first: trim() takes off both.
 * @param text the body as trimmed text, from whoever has it already
 */
export function readWhole(body: Buffer, text = body.toString('utf8').trim()): unknown {
  return parseJson(text) ?? foldStream(body)?.completion;
}

/** The tokens that a body says were used; undefined when it tells none. */
export function usageOf(body: Buffer): JsonObject | undefined {
  const usage = usageAtSight(body);
  if (usage !== undefined) return usage;
  if (!body.includes('"usage"')) return undefined;
  const told = readWhole(body);
  return isObject(told) ? usageIn(told) : undefined;
}
