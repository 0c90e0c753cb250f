// What an outcome means, and which rule says so. Verdicts are made by classify() and edited by no one.
import type { Reason } from './reason.ts';

/** Whether the attempt has cost the user money: rejected ones have not, lost ones may have. */
export type Cost = 'not-billed' | 'maybe' | 'billed';

/** A rule of `response_parsing.status_recategorization` that has applied. */
export interface Recategorised {
  /** The upstream's status; undefined when there was none (no connection, a timeout). */
  readonly from: number | undefined;
  readonly to: number;
  /** As the user wrote it. */
  readonly pattern: string;
  readonly description: string;
}

/** A rule of `error_handling.hard_stop_conditions` that has applied, with what it lets the client see. */
export interface HardStop {
  /** As the user wrote it. */
  readonly pattern: string;
  readonly description: string;
  /** What the client is told; absent: the upstream's own message. */
  readonly userMessage?: string;
  /** The upstream's answer, JSON where it was JSON, else text; absent when there was none or it is not to be shown. */
  readonly originalResponse?: unknown;
}

/** What every failed attempt has. */
export interface Failure {
  readonly reason: Reason;
  /** The rule that decided, as it is called in the manual, e.g. `retry_codes`. */
  readonly rule: string;
  /** The status to report if this stays the last word: always 400 to 599. */
  readonly status: number;
  /** The upstream's own words, markup removed, or the system's about the connection; empty when nothing was said. */
  readonly message: string;
  /** The wait the upstream asked for. */
  readonly retryAfterMs?: number;
  readonly cost: Cost;
  /** The id of the built-in rule that has applied (docs/builtin-rules.md). */
  readonly builtinRule?: string;
  readonly recategorised?: Recategorised;
}

export interface Retryable extends Failure {
  readonly kind: 'retryable';
  /** Retried only a few times (`conditional_retry_codes`). */
  readonly conditional: boolean;
}

export interface Final extends Failure {
  readonly kind: 'final';
  /** Present if and only if the reason is `hard-stop`. */
  readonly hardStop?: HardStop;
}

export type Verdict =
  /** `ended`: it is here to its end, and nothing can go wrong with it any more; else it is to be judged again when it has ended. */
  | { readonly kind: 'good'; readonly ended: boolean }
  | Retryable
  | Final
  /** Nobody is listening any more. */
  | { readonly kind: 'moot' };
