// Puts new strings in the place of old ones in the bytes of JSON; all other bytes stay as they came.
import type { TextPlace } from '../dialect/text-places.ts';

/** JSON to be put in a string's place. */
export interface Edit {
  readonly place: TextPlace;
  readonly json: Buffer;
}

/** The string at a place, whose positions are bytes. */
export function textAt(body: Buffer, { start, end }: TextPlace): string {
  return String(JSON.parse(body.toString('utf8', start, end)));
}

/** @param edits in the order of their places; none gives back the very same bytes */
export function splice(body: Buffer, edits: readonly Edit[]): Buffer {
  if (edits.length === 0) return body;
  const parts: Buffer[] = [];
  let from = 0;
  for (const { place, json } of edits) {
    parts.push(body.subarray(from, place.start), json);
    from = place.end;
  }
  return Buffer.concat([...parts, body.subarray(from)]);
}
