// What a continuation adds to a reply, for the tests of the seam.
import type { ContinuationStyle } from '../../src/dialect/continuation.ts';
import { seam } from '../../src/rescue/seam.ts';
import type { Seam } from '../../src/rescue/seam.ts';

/** What goes on of a continuation that comes in the given pieces and then ends. */
export function joined(
  said: string,
  pieces: readonly string[],
  style: ContinuationStyle = 'prefill',
  begun = '',
): string {
  const place = seam(said, style, begun);
  return passed(place, pieces) + place.end();
}

/** What goes on at once of these pieces. */
export function passed(place: Seam, pieces: readonly string[]): string {
  return pieces.map((piece) => place.take(piece)).join('');
}

/** The text in pieces of these lengths, over and over. */
export function inPieces(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = lengths[pieces.length % lengths.length] ?? text.length;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}
