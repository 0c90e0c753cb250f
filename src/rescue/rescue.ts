// Continuing a broken stream: what is asked, in which style, and how often. How the texts are joined is seam.ts.
import { begunIn, continuationOf } from '../dialect/continuation.ts';
import type { ContinuationStyle } from '../dialect/continuation.ts';
import type { Outcome } from '../upstream/outcome.ts';
import type { AttemptRequest } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { seam } from './seam.ts';
import type { Seam } from './seam.ts';
import type { StreamingOptions } from './options.ts';

/** What has been learnt about models: which of them refuse to go on with a message of their own. */
export interface RescueMemory {
  readonly refusesPrefill: Set<string>;
}

/** The rescue of one reply. */
export interface Rescue {
  /**
   * How often the reply may still be continued; 0 where it can not be. To be asked once whenever it has broken off: a
   * continuation that has said something counts, one that failed before that is an attempt like any other.
   */
  left(said: string | undefined): number;
  /** The request that asks for the rest of what `left` was asked about, and the place where it is joined. */
  next(): { readonly request: AttemptRequest; readonly seam: Seam };
  /** A continuation's outcome, with a blank end taken for a good one where nothing seems to have been missing. */
  accept(outcome: Outcome): Outcome;
  /** Notes what a continuation came to. Returns whether it is worth asking in the other style. */
  learn(verdict: Verdict): boolean;
}

/** How a text ends that may well be whole: a sentence's end, a closing quote, bracket or asterisk. */
const WHOLE = /[.!?…"'”’»)\]*~`。！？」』]\s*$/;
/** A blank end may be one of the blank replies that some upstreams give now and then; twice is an answer. */
const BLANK_ENDS_BELIEVED = 2;

/** Many models in use at once are few; more than this are made up. */
const MAX_REMEMBERED = 1_000;

/**
 * @param model the name the client asked for; the memory is per upstream, since each upstream has its own
 * @param maxFailures continuations in a row that may fail before they say anything: `max_retries`
 */
export function startRescue(
  request: AttemptRequest,
  model: string | undefined,
  { enabled, max, style, instruction }: StreamingOptions['rescue'],
  memory: RescueMemory,
  maxFailures: number,
): Rescue {
  const name = model ?? '';
  let used = 0;
  let soFar = '';
  let hasBegun = false;
  let failures = 0;
  let blankEnds = 0;
  let current: ContinuationStyle =
    style === 'instruct' || (style === 'auto' && memory.refusesPrefill.has(name)) ? 'instruct' : 'prefill';
  const bodyFor = (said: string): Buffer | undefined =>
    request.body === undefined ? undefined : continuationOf(request.body, said, current, instruction);
  return {
    left(said) {
      if (!enabled || said === undefined || bodyFor(said) === undefined) return 0;
      if (hasBegun) {
        const hasGrown = said.length > soFar.length;
        used += hasGrown ? 1 : 0;
        failures = hasGrown ? 0 : failures + 1;
      }
      hasBegun = true;
      soFar = said;
      return failures > maxFailures ? 0 : max - used;
    },
    next() {
      const place = seam(soFar, current, begunIn(request.body));
      return { request: { ...request, body: bodyFor(soFar) }, seam: place };
    },
    accept(outcome) {
      const isBlank =
        outcome.kind === 'ended' && outcome.how === 'done' && outcome.finishReason !== undefined;
      blankEnds = isBlank ? blankEnds + 1 : 0;
      const isBelieved = blankEnds >= BLANK_ENDS_BELIEVED && WHOLE.test(soFar);
      return isBlank && isBelieved ? { ...outcome, shown: 'content' } : outcome;
    },
    learn(verdict) {
      // A request that was good before is refused now: because of how it ends, whatever words the upstream has for it.
      const isRefused = verdict.kind === 'final' && (verdict.status === 400 || verdict.status === 422);
      if (!isRefused || current === 'instruct' || style !== 'auto') return false;
      current = 'instruct';
      if (memory.refusesPrefill.size < MAX_REMEMBERED) memory.refusesPrefill.add(name);
      return true;
    },
  };
}
