// What the upstream will do to each request, and what it will say in the end: a function of the seed and the
// request's number alone, so that every subject meets the same.
import { failuresOf, type Failure } from './failures.ts';
import type { Lane } from './lane.ts';
import { randomOf } from './random.ts';

/** One logical request: what a user sends once. */
export interface Plan {
  readonly seed: number;
  readonly lane: Lane;
  /** From 1; 0 is the warm-up, which meets no failure. */
  readonly number: number;
  /** What happens to its first attempts, in this order; the attempt after them gets the true reply. */
  readonly failures: readonly Failure[];
  /** The true reply. */
  readonly text: string;
}

/** How many of the attempts fail. */
export const FAILING_SHARE = 0.45;
/** How often in a row at most. */
const MOST_IN_A_ROW = 4;

/** @param afterFirstWord whether half of the streams' failures come after their first visible word */
export function planOf(seed: number, lane: Lane, number: number, afterFirstWord: boolean): Plan {
  const random = randomOf(seed, lane, number);
  const early = failuresOf(lane, 'before the first word');
  const late = failuresOf(lane, 'after the first word');
  const most = number === 0 ? 0 : MOST_IN_A_ROW;
  const failures: Failure[] = [];
  while (failures.length < most && random.next() < FAILING_SHARE) {
    const isLate = afterFirstWord && late.length > 0 && random.next() < 0.5;
    failures.push(random.pick(isLate ? late : early));
  }
  return { seed, lane, number, failures, text: textOf(seed, lane, number) };
}

/** Quotes, line breaks, several scripts, and sentences that sound like errors or like the wire, but are none. */
const sentences = [
  'She looked up from the map. “We’re not lost,” she said, “just early.”',
  'The café’s lights went out, one by one.\n\nThen the rain began.',
  '"Error 429," she read aloud. "Too many requests. Please try again later."',
  '“The model is overloaded,” the old machine sighed, and laughed at its own joke. 😄',
  '彼は静かに頷いた。「明日、また来ます。」',
  'Он закрыл дверь и прислушался: ни звука.',
  '*data: [DONE]* was all that stood on the last page.',
  'The sign said {"error": {"message": "Service unavailable", "code": 503}}, and below it a cat slept.',
  '“Upstream error: connection reset,” whispered the river.',
  'Tabs\tand backslashes \\ and <b>markup</b> stay as they are.',
] as const;

/** The true reply to a request. Its number stands in it, so that no two replies are the same. */
export function textOf(seed: number, lane: Lane, number: number): string {
  const random = randomOf('text', seed, lane, number);
  const said = Array.from({ length: random.between(2, 8) }, () => random.pick(sentences));
  return `Reply ${lane}-${number}. ${said.join(' ')} That was all of ${number}.`;
}

/** How the plan is called in results, e.g. `streamed-17`. */
export function nameOf({ lane, number }: Pick<Plan, 'lane' | 'number'>): string {
  return `${lane}-${number}`;
}
