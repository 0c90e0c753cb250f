// The true reply as the upstream sends it: whole, or as a stream cut into pieces as networks cut it.
import { setTimeout as sleep } from 'node:timers/promises';
import { json, sse, type Answer, type Step } from '../test/support/answers.ts';
import { chunk, completion, doneFrame, finishChunk, roleChunk } from '../test/support/openai.ts';
import type { Lane } from './lane.ts';
import { randomOf, type Random } from './random.ts';

const MOST_CHARACTERS = 12;
const PIECE_BYTES = { least: 20, most: 600 } as const;
const PAUSE = { share: 0.3, mostMs: 10 } as const;

/** The reply with this text. */
export function trueReply(lane: Lane, text: string): Answer {
  if (lane === 'plain') return json(completion(text));
  const stream = [roleChunk(), ...chunksOf(text), finishChunk(), doneFrame].join('');
  return sse(inPieces(Buffer.from(stream), randomOf('pieces', text)));
}

/** The frames of a stream that has said half of the text. */
export function firstHalf(text: string): readonly string[] {
  const chunks = chunksOf(text);
  return [roleChunk(), ...chunks.slice(0, Math.ceil(chunks.length / 2))];
}

function chunksOf(text: string): string[] {
  const random = randomOf('chunks', text);
  // By code points: no chunk ends within a character that takes two of UTF-16's units.
  const characters = Array.from(text);
  const chunks: string[] = [];
  while (characters.length > 0) {
    chunks.push(chunk(characters.splice(0, random.between(1, MOST_CHARACTERS)).join('')));
  }
  return chunks;
}

/** Cut anywhere, within an event and within a character, with a pause here and there. */
function inPieces(bytes: Buffer, random: Random): Step[] {
  const steps: Step[] = [];
  let pauseMs = 0;
  for (let at = 0; at < bytes.length;) {
    const end = at + random.between(PIECE_BYTES.least, PIECE_BYTES.most);
    steps.push(bytes.subarray(at, end));
    at = end;
    if (random.next() >= PAUSE.share) continue;
    // All pauses begin together, with the answer: each must end later than the one before it.
    pauseMs += random.between(1, PAUSE.mostMs);
    steps.push(sleep(pauseMs));
  }
  return steps;
}
