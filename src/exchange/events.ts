// What happens in an exchange, told to whoever keeps records. Events refer to bodies and headers as they are, keys
// included: whoever keeps any of it removes the secrets first (journal/).
import type { AbortCause } from '../std/abort.ts';
import { searchBody } from '../std/redact.ts';
import type { Decision, Situation } from '../retry/decision.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import type { Outcome, RawHeaders } from '../upstream/outcome.ts';
import type { AttemptTrace } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** How an exchange ended for the client. */
export type ExchangeEnd =
  | { readonly kind: 'delivered' }
  /** It was told in words; `status` is what a plain answer carried, also when the words came inside a stream. */
  | { readonly kind: 'failed'; readonly status: number; readonly code: string; readonly message: string }
  /** Nobody waits for it any more: the client left (logged as 499), or the process ends. */
  | { readonly kind: 'abandoned'; readonly by: AbortCause };

/** What the client asked for. */
export interface Asked {
  readonly endpoint: 'chat' | 'text';
  readonly profile: string | undefined;
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** The client's headers. */
  readonly headers: RawHeaders;
  /** The body as the client sent it. */
  readonly received: Buffer;
  /** The same, each byte a character, where somebody had to make that. */
  readonly latin1?: string | undefined;
  /** The body as it goes to the upstream: the same bytes, unless a rule of the user's has changed them. */
  readonly sent: Buffer;
  /** The text rules that have changed it; absent where none has. */
  readonly changedBy?: readonly ActiveRule[];
  /** Keys that must not be kept. */
  readonly secrets: () => readonly string[];
}

/** What the client got. */
export interface Told {
  /** Bytes of body, comments and frames included. */
  readonly bytes: number;
  /** The reply as the upstream gave it: the text of a stream, or a whole body; undefined where a stream was more than text. */
  readonly received: string | Buffer | undefined;
  /** A whole body's bytes, each a character, where somebody had to make that. */
  readonly latin1?: string | undefined;
  /** The same as the client got it. */
  readonly sent: string | Buffer | undefined;
  /** The text rules that have changed it; absent where none has. */
  readonly changedBy?: readonly ActiveRule[];
}

export interface ExchangeStart extends Asked {
  readonly kind: 'exchange-start';
  readonly exchangeId: string;
}

/** What happens in an exchange that has begun. */
export type ExchangeStep =
  | {
      readonly kind: 'attempt-start';
      readonly exchangeId: string;
      /** From 1. */
      readonly attempt: number;
      /** `rescue`: it asks for the rest of a reply. */
      readonly why: 'first' | 'retry' | 'rescue';
      /** Filled in while the attempt goes on: whoever looks later sees how far it has got. */
      readonly trace: Readonly<AttemptTrace>;
    }
  /** Of what is told as a stream this comes twice: when there is something to tell, and at its end. */
  | {
      readonly kind: 'attempt-outcome';
      readonly exchangeId: string;
      readonly attempt: number;
      /** On the clock that never jumps, as all times of an exchange. */
      readonly startedAtMs: number;
      readonly endedAtMs: number;
      readonly trace: AttemptTrace;
      readonly outcome: Outcome;
      readonly verdict: Verdict;
      readonly situation: Situation;
      readonly decision: Decision;
    }
  | {
      readonly kind: 'exchange-end';
      readonly exchangeId: string;
      readonly model: string | undefined;
      /** Attempts made. */
      readonly attempts: number;
      readonly startedAtMs: number;
      readonly elapsedMs: number;
      /** From the beginning until the client had its first words; undefined when it got none. */
      readonly firstContentMs: number | undefined;
      readonly end: ExchangeEnd;
      readonly told: Told;
    };

export type ExchangeEvent = ExchangeStart | ExchangeStep;

/** Hears of an exchange that begins, and says who is to hear what happens in it; must not throw. */
export type Observe = (start: ExchangeStart) => Follow;

/** Hears what happens in an exchange, as it happens; must not throw. */
export type Follow = (step: ExchangeStep) => void;

/** Tells several. */
export function tellAll(observers: readonly Observe[]): Observe {
  return (start) => {
    const follows = observers.map((observe) => observe(start));
    return (step) => {
      for (const follow of follows) follow(step);
    };
  };
}

/** The keys of a request, also those in its body, which upstreams repeat as well. Looks through all of it. */
export function secretsIn({ secrets, received, latin1 }: Asked): readonly string[] {
  return [...secrets(), ...searchBody(received, latin1).secrets];
}
