// What is wrong with an outcome before the user's rules have been asked: the value between reading and judging.
import type { Reason } from './reason.ts';
import type { Cost, Recategorised } from './verdict.ts';

/** What happens if no rule of the user's says otherwise. `rule` is the name it goes by in the manual. */
export type Otherwise =
  | { readonly kind: 'by-status' }
  | { readonly kind: 'retry'; readonly rule: string }
  | { readonly kind: 'stop'; readonly rule: string }
  /** A good reply, in which the user's own paths have found something to match. */
  | { readonly kind: 'deliver' };

export interface Finding {
  readonly reason: Reason;
  /** The upstream's HTTP status; undefined when no answer came. */
  readonly upstreamStatus: number | undefined;
  /** The status the lists are asked about. */
  readonly status: number;
  /** For people. */
  readonly message: string;
  /** For the patterns of rules. */
  readonly texts: readonly string[];
  readonly retryAfterMs: number | undefined;
  readonly cost: Cost;
  /** No part of a reply came with it: it costs what its status says, also if a rule gives it another one. */
  readonly isRefusal: boolean;
  readonly otherwise: Otherwise;
  /** The upstream's answer: JSON if it was JSON, else text; undefined when none came. */
  readonly original: unknown;
  /** The built-in rule that has applied. */
  readonly builtinRule?: string;
  /** The user's rule that has given it its status. */
  readonly recategorised?: Recategorised;
}

export const BY_STATUS: Otherwise = { kind: 'by-status' };
