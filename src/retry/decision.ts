// What to do about a verdict, and the situation it is decided in.
import type { Verdict } from '../verdict/verdict.ts';

/** How much the client has received. `content` can not be taken back, `reasoning` can be repeated. */
export type Commit = 'nothing' | 'headers' | 'reasoning' | 'content';

/** Why the loop ends without a good reply. */
export type StopCause =
  | 'final'
  | 'attempts-exhausted'
  | 'conditional-attempts-exhausted'
  | 'time-exhausted'
  | 'maybe-billed-exhausted'
  | 'wait-too-long'
  | 'committed'
  | 'moot';

export type Decision =
  /** Pass the reply on to the client, and see how it ends. */
  | { readonly kind: 'deliver' }
  /** The reply is here to its end: pass on what the client does not have yet, and end. */
  | { readonly kind: 'finish' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Ask for the rest of a reply that broke off. */
  | { readonly kind: 'rescue'; readonly delayMs: number }
  | { readonly kind: 'stop'; readonly because: StopCause };

/** What follows for the client: a reply is passed on, whether it is here to its end or not. */
export function courseOf({ kind }: Decision): Exclude<Decision['kind'], 'finish'> {
  return kind === 'finish' ? 'deliver' : kind;
}

/** One attempt that has been judged. */
export interface AttemptRecord {
  readonly verdict: Verdict;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** Everything besides the verdict that a decision rests on. */
export interface Situation {
  /** The attempts so far, the one just judged included. */
  readonly attempts: readonly AttemptRecord[];
  /** Since the exchange began. */
  readonly elapsedMs: number;
  readonly commit: Commit;
  /** How often the reply may still be continued; 0 where it can not be. */
  readonly rescuesLeft: number;
  /** Whether the model may take the other style of continuation, after it has refused this one. */
  readonly hasOtherStyle: boolean;
  /** A number in [0, 1) for the jitter. */
  readonly chance: number;
}
