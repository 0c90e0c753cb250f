// What an attempt came to, as it is remembered: as much of an outcome as judging it again needs, in plain data.
import type { AbortCause } from '../std/abort.ts';
import type { Shown } from '../dialect/openai-chat.ts';
import type { TimeoutPhase } from '../upstream/outcome.ts';

/** An error of the connection. */
export interface RecordedCause {
  readonly message: string;
  /** Node's or undici's code, e.g. `ECONNREFUSED`. */
  readonly code?: string;
}

export type RecordedOutcome =
  /** `body` is absent where bodies are not kept. */
  | {
      readonly kind: 'responded';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly body?: string;
    }
  | {
      readonly kind: 'opened';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
    }
  | {
      readonly kind: 'ended';
      readonly how: 'done' | 'error-frame' | 'cut' | 'idle';
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      readonly shown: Shown;
      /** Absent where the reply is not kept, or was more than text. */
      readonly said?: string;
      readonly finishReason?: string;
      readonly error?: unknown;
      readonly cause?: RecordedCause;
    }
  | { readonly kind: 'unreachable' | 'broken'; readonly cause: RecordedCause }
  | { readonly kind: 'timed-out'; readonly phase: TimeoutPhase; readonly afterMs: number }
  | { readonly kind: 'oversized'; readonly limitBytes: number }
  | { readonly kind: 'aborted'; readonly by: AbortCause };
