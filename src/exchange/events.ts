// What happens in an exchange, told to whoever keeps records. Nothing here carries a prompt, a reply or a key.
import type { AbortCause } from '../std/abort.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** How an exchange ended for the client. */
export type ExchangeEnd =
  | { readonly kind: 'delivered' }
  /** It was told in words; `status` is what a plain answer carried, also when the words came inside a stream. */
  | { readonly kind: 'failed'; readonly status: number; readonly code: string; readonly message: string }
  /** Nobody waits for it any more: the client left (logged as 499), or the process ends. */
  | { readonly kind: 'abandoned'; readonly by: AbortCause };

export type ExchangeEvent =
  | {
      readonly kind: 'attempt-outcome';
      readonly exchangeId: string;
      /** From 1. */
      readonly attempt: number;
      readonly verdict: Verdict;
      readonly decision: Decision;
    }
  | {
      readonly kind: 'exchange-end';
      readonly exchangeId: string;
      readonly model: string | undefined;
      /** Attempts made. */
      readonly attempts: number;
      readonly elapsedMs: number;
      readonly end: ExchangeEnd;
    };

/** Receives events as they happen; must not throw. */
export type Observe = (event: ExchangeEvent) => void;
