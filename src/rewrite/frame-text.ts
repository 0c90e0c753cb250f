// Frames of a reply with other texts in them, and frames of our own for what was held back.
import { readReply } from '../dialect/openai-chat.ts';
import { replyTexts } from '../dialect/text-places.ts';
import type { Frame } from '../sse/frame.ts';
import { dataFrame } from '../sse/write.ts';
import { isObject, parseJson } from '../std/json.ts';
import type { Strand, StrandPiece } from './strands.ts';

/** A piece and what has become of it. */
export interface NewPiece extends StrandPiece {
  readonly result: string;
}

/** The frame with its new texts; the very same if they are the old ones, none if nothing is left of it. */
export function rewrittenFrame(frame: Frame, pieces: readonly NewPiece[]): readonly Frame[] {
  const data = String(frame.data);
  let next = '';
  let from = 0;
  for (const { place, text, result } of pieces) {
    if (place === undefined || result === text) continue;
    next += data.slice(from, place.start) + JSON.stringify(result);
    from = place.end;
  }
  if (from === 0) return [frame];
  next += data.slice(from);
  return saysNothing(next) ? [] : [{ raw: inPlaceOf(frame.raw, data, next), data: next }];
}

/** A frame that says just this, of the same reply as the others. */
export function frameFor({ choice, key, latest }: Strand, text: string): Frame {
  const chunk = parseJson(latest);
  const said = key === 'text' ? { text } : { delta: { [key]: text } };
  const choices = [{ index: choice, ...said, finish_reason: null }];
  const value = { ...(isObject(chunk) && chunk), usage: undefined, choices };
  return { raw: dataFrame(value), data: JSON.stringify(value) };
}

/** Characters of a text's place in which there is nothing: the quotes. */
const EMPTY_TEXT_CHARS = 2;

/** Whether a chunk is not worth sending. A role is: clients may wait for it. So is white space. */
function saysNothing(data: string): boolean {
  const chunk = parseJson(data);
  if (!isObject(chunk) || data.includes('"role"')) return false;
  const { shown, finishReason, usage } = readReply(chunk);
  if (shown !== 'nothing' || finishReason !== undefined || usage !== undefined) return false;
  return replyTexts(data).every(({ texts }) =>
    texts.every(({ start, end }) => end - start === EMPTY_TEXT_CHARS),
  );
}

/** The bytes of a frame with other data; its other lines stay. */
function inPlaceOf(raw: Buffer, data: string, next: string): Buffer {
  const block = raw.toString();
  const at = block.indexOf(data);
  if (at !== -1) return Buffer.from(block.slice(0, at) + next + block.slice(at + data.length));
  const others = block.split(/[\r\n]/).filter((line) => line !== '' && !line.startsWith('data:'));
  const lines = next.split('\n').map((line) => `data: ${line}`);
  return Buffer.from(`${[...others, ...lines].join('\n')}\n\n`);
}
