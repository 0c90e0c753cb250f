// One exchange as it is remembered: plain data, ready for JSON, with every secret removed. How it is made from events
// is recorder.ts's to know; where it is kept, a store's.
import type { ExchangeEnd } from '../exchange/events.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';

/** Tokens, when the upstream told them. */
export interface Tokens {
  readonly prompt?: number;
  readonly completion?: number;
  readonly total?: number;
}

/** One judgement of an attempt; a stream's attempt has two, of its opening and of its end. */
export interface Judgement {
  /** Since the exchange began. */
  readonly atMs: number;
  readonly outcome: RecordedOutcome;
  readonly verdict: Verdict;
  readonly decision: Decision;
  /** What the decision rested on besides, so that it can be made again. */
  readonly situation: {
    readonly elapsedMs: number;
    readonly commit: 'nothing' | 'headers' | 'reasoning' | 'content';
    readonly rescuesLeft: number;
    readonly hasOtherStyle: boolean;
    readonly chance: number;
  };
}

/** One attempt. Times are milliseconds since the exchange began; absent: not reached. */
export interface AttemptEntry {
  readonly why: 'first' | 'retry' | 'rescue';
  readonly startedMs: number;
  readonly connectedMs?: number | undefined;
  readonly answeredMs?: number | undefined;
  readonly shownMs?: number | undefined;
  readonly endedMs: number;
  /** Bytes of body that came. */
  readonly bytes: number;
  readonly judgements: readonly Judgement[];
}

/** What is shown of an exchange in a list. */
export interface ExchangeSummary {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly profile?: string | undefined;
  readonly endpoint: 'chat' | 'text';
  readonly model?: string | undefined;
  readonly stream: boolean;
  readonly end: ExchangeEnd;
  /** Attempts made. */
  readonly attempts: number;
  /** How often the reply was continued. */
  readonly rescues: number;
  readonly elapsedMs: number;
  /** Until the client had its first words. */
  readonly firstContentMs?: number | undefined;
  /** The rule that judged the last failure, and the reason it gave. */
  readonly rule?: string | undefined;
  readonly reason?: string | undefined;
  readonly tokens?: Tokens | undefined;
  /** Bytes of the request's body, and of all that the client was sent. */
  readonly requestBytes: number;
  readonly replyBytes: number;
}

/** A body as text; `sent` only where it differs from `received`. Absent as a whole where it is not to be kept. */
export interface RecordedBody {
  readonly received?: string;
  readonly sent?: string;
}

/** The text rules that have changed something, by name; absent where none has. */
export interface ChangedBy {
  readonly request?: readonly string[];
  readonly reply?: readonly string[];
}

/** An exchange in full. */
export interface JournalEntry extends ExchangeSummary {
  readonly tries: readonly AttemptEntry[];
  /** Of the client, [name, value] pairs. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly changedBy?: ChangedBy;
  readonly request?: RecordedBody;
  readonly reply?: RecordedBody;
}

/** A text, or its bytes in UTF-8: bodies without secrets are kept as they came, without being read. */
export type Body = string | Buffer;

/** An entry on its way into a store: free of secrets, its parts in the form they are kept in. */
export interface NewEntry {
  readonly summary: ExchangeSummary;
  /** The summary as JSON. */
  readonly summaryJson: string;
  /** `tries`, `headers` and `changedBy` as JSON. */
  readonly detailsJson: string;
  /** Of the request as received and as sent, of the reply as received and as sent; undefined: not kept, or the same. */
  readonly bodies: readonly [Body | undefined, Body | undefined, Body | undefined, Body | undefined];
}

/** The same as a store gets it. Its bytes are used for other entries when it has been written. */
export type EntryToKeep = Omit<NewEntry, 'detailsJson'> & { readonly detailsJson: Body };
