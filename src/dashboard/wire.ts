// What the page is told, as JSON: the one description that both sides of the management API are checked against. Types
// only. Times called `…Ms` are milliseconds since the exchange began, times called `…At` milliseconds since the epoch.
import type { ExchangeEnd } from '../exchange/events.ts';
import type { UpstreamState } from '../journal/counts.ts';
import type { JournalEntry } from '../journal/entry.ts';
import type { Decision } from '../retry/decision.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** A verdict as it is shown: what happened in words, and which rule says so. */
export interface ShownVerdict {
  readonly kind: Verdict['kind'];
  /** One sentence without its full stop. */
  readonly words: string;
  readonly reason?: string;
  readonly rule?: string;
  readonly status?: number;
  /** The upstream's own words. */
  readonly message?: string;
}

/** One attempt of an exchange that is running or has just ended. */
export interface LiveAttempt {
  readonly why: 'first' | 'retry' | 'rescue';
  readonly startedMs: number;
  readonly connectedMs?: number;
  readonly answeredMs?: number;
  readonly shownMs?: number;
  readonly endedMs?: number;
  readonly verdict?: ShownVerdict;
  /** How long is waited after it. */
  readonly waitMs?: number;
}

/** An exchange that is running or has just ended. */
export interface LiveExchange {
  readonly id: string;
  readonly startedAt: number;
  readonly endpoint: 'chat' | 'text';
  readonly stream: boolean;
  readonly profile?: string;
  readonly model?: string;
  readonly attempts: readonly LiveAttempt[];
  /** Present when it is over. */
  readonly end?: ExchangeEnd;
  readonly elapsedMs?: number;
}

/** What has happened since midnight, local time. */
export interface Today {
  readonly exchanges: number;
  readonly delivered: number;
  readonly failed: number;
  readonly abandoned: number;
  /** Delivered only because an attempt was repeated. */
  readonly saved: number;
  /** Saved from an empty reply. */
  readonly blanksPrevented: number;
  readonly retries: number;
  readonly firstWordsP50Ms?: number;
  readonly firstWordsP95Ms?: number;
}

/** One message of the live feed: everything at first, then what has changed. */
export interface NowMessage {
  readonly kind: 'snapshot' | 'changes';
  /** The server's time. */
  readonly at: number;
  readonly today: Today;
  readonly upstream: UpstreamState;
  /** All that are running; or those that have changed. */
  readonly exchanges: readonly LiveExchange[];
}

/** What First Hop is, for the page's frame and its first run. */
export interface About {
  readonly version: string;
  /** What is typed into SillyTavern. */
  readonly address: string;
  /** The built-in demo plays the provider, because none is configured. */
  readonly isDemo: boolean;
  /** The upstream's address, without secrets. */
  readonly upstream: string;
  /** Whether the page asked for the token to get here. */
  readonly hasLogin: boolean;
}

/** One page of the history. */
export interface ExchangePage {
  readonly exchanges: readonly ListedExchange[];
  /** What to ask for as `before` to get the next ones; absent at the end. */
  readonly next?: number;
}

/** An exchange in a list: a summary, with its failure in words. */
export type ListedExchange = Omit<JournalEntry, 'tries' | 'headers' | 'request' | 'reply'> & {
  readonly words?: string;
};

/** An exchange in full. */
export type FullExchange = JournalEntry & {
  readonly words?: string;
  /** The verdicts of the judgements of each attempt. */
  readonly verdicts: readonly (readonly ShownVerdict[])[];
};

/** What another judgement made of one attempt. */
export interface Rejudged {
  /** From 1. */
  readonly attempt: number;
  readonly before: Judged;
  readonly after: Judged;
  readonly isChanged: boolean;
}

/** A verdict and what followed from it. */
export interface Judged {
  readonly verdict: ShownVerdict;
  readonly decision: Decision;
}

/** An exchange judged again. */
export interface JudgeAnswer {
  readonly attempts: readonly Rejudged[];
  /** Attempts whose answer was not kept, so that they can not be judged again. */
  readonly unknown: number;
}

/** Something wrong, or worth knowing, in a configuration. */
export interface ConfigProblem {
  readonly severity: 'error' | 'warning';
  readonly line?: number;
  readonly column?: number;
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** Failures of one kind that no rule knew. */
export interface Suggestion {
  /** The common text, `<*>` where they differ. */
  readonly template: string;
  readonly status?: number;
  readonly count: number;
  readonly lastAt: number;
  readonly lastExchange: string;
  /** How many of these exchanges were delivered by another attempt. */
  readonly delivered: number;
  /** Ready to be put into the configuration; the first is the one to recommend. */
  readonly rules: readonly SuggestedRule[];
}

/** A rule that can be accepted as it is. */
export interface SuggestedRule {
  readonly kind: 'retry' | 'stop';
  /** The list it belongs to, as in `error_handling.hard_stop_conditions.rules`. */
  readonly path: readonly string[];
  readonly value: Readonly<Record<string, string | number>>;
}

/** The configuration as the page edits it. */
export interface ConfigAnswer {
  /** Secrets are replaced by placeholders, which are put back when it is saved. */
  readonly text: string;
  readonly file: string;
  /** Whose file it is; absent for the main one. */
  readonly profile?: string;
  /** All that can be asked for, the main one first. */
  readonly files: readonly ConfigFile[];
  /** What the text is based on: to be sent with a change of it. */
  readonly revision: string;
  readonly problems: readonly ConfigProblem[];
  /** Newest first. */
  readonly versions: readonly ConfigVersion[];
  /** What it comes to, defaults filled in and secrets masked; absent where it can not be used. */
  readonly settings?: unknown;
}

/** One configuration file in use. */
export interface ConfigFile {
  /** Absent for the main one. */
  readonly profile?: string;
  readonly file: string;
}

/** An earlier text of the configuration. */
export interface ConfigVersion {
  readonly id: string;
  readonly savedAt: number;
}

/** What is said about a text before it is saved. */
export interface ConfigCheck {
  readonly problems: readonly ConfigProblem[];
  readonly changes: readonly ConfigChange[];
}

/** One setting that would change; values as text, secrets masked. */
export interface ConfigChange {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Whether an upstream could be reached. */
export type ConnectionAnswer =
  | { readonly kind: 'connected'; readonly models: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };
