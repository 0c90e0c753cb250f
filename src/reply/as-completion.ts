// A stream told as the whole completion a client asked for: some upstreams stream whatever they are asked.
import { foldStream } from '../dialect/fold-stream.ts';

/** The completion that an event stream tells, as JSON; any other body as it is, to the byte. */
export function asCompletion(body: Buffer): Buffer {
  const told = foldStream(body);
  return told === undefined ? body : Buffer.from(JSON.stringify(told.completion));
}
