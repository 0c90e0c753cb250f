// What the page is told of rules, as JSON: those in use, what they make of something, and what others would have changed.
// Types only, as in wire.ts.
import type { ConfigProblem, Judged } from './wire.ts';

/** Where a rule comes from. */
export type RuleGroup = 'hard-stop' | 'recategorisation' | 'request' | 'reply' | 'builtin';

/** One rule in use. */
export interface ShownRule {
  readonly group: RuleGroup;
  /** Its place in its group, from 1; for built-in rules, their name. */
  readonly name: string;
  readonly pattern: string;
  readonly description: string;
  /** What it does, in a few words. */
  readonly effect: string;
  /** Only for failures judged by these. */
  readonly statuses?: readonly number[];
  /** Since First Hop was started: attempts that it has decided on, or exchanges in which it has changed a text. */
  readonly hits?: number;
  readonly lastAt?: number;
  /** The exchange it applied to last. */
  readonly lastExchange?: string;
}

/** What one text rule has made of some texts. */
export interface AppliedRule {
  readonly rule: string;
  readonly effect: 'changed' | 'nothing' | 'too-slow';
  /** How many of them it has changed. */
  readonly changed: number;
  readonly tookMs: number;
}

/** A text that text rules may apply to: of a role of messages, or a part of a reply. */
export interface RuleText {
  readonly kind: string;
  readonly text: string;
}

/** A failure, a prompt or a reply of the journal that can be taken into the workbench. */
export interface Recorded {
  /** Of the exchange. */
  readonly id: string;
  readonly startedAt: number;
  readonly model?: string;
  readonly profile?: string;
  /** Of a failure: the attempt it was first met in, from 1, and the status it came with. */
  readonly attempt?: number;
  readonly status?: number;
  /** A piece of it. */
  readonly excerpt: string;
}

/** What one exchange has for the workbench. */
export interface RecordedTexts {
  /** Whose rules were asked; absent for the main configuration. */
  readonly profile?: string;
  readonly failures: readonly RecordedFailure[];
  readonly request: readonly RecordedText[];
  readonly reply: readonly RecordedText[];
}

/** An answer that was judged as a failure. */
export interface RecordedFailure {
  readonly attempt: number;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** The body; or the event of a stream that told of an error. */
  readonly text: string;
}

export interface RecordedText extends RuleText {
  /** For people: `text 3 (user)`. */
  readonly where: string;
}

/** What the workbench found out. */
export type WorkbenchAnswer =
  | {
      readonly kind: 'failure';
      readonly judged: Judged;
      /** What the client would be told; absent where nothing failed. */
      readonly told?: string;
      readonly tookMs: number;
    }
  | {
      readonly kind: 'text';
      /** As the rules leave them. */
      readonly texts: readonly string[];
      readonly applied: readonly AppliedRule[];
      readonly tookMs: number;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** What another configuration would have changed. */
export type PreviewAnswer =
  | {
      readonly kind: 'looked';
      readonly looked: number;
      readonly changed: number;
      /** The first ones that would have gone another way. */
      readonly examples: readonly PreviewExample[];
      /** Of how many it can not be told: something was not kept, or a rule took too long. */
      readonly unknown: number;
      /** It took too long: not all were looked at. */
      readonly isPartial: boolean;
    }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** One exchange that would have gone another way: how in words, or the piece of text that differs. */
export interface PreviewExample {
  readonly id: string;
  readonly startedAt: number;
  readonly model?: string;
  readonly before: string;
  readonly after: string;
}
