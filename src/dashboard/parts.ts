// What the management API works with: ports that the composition root fills in. Nothing here is done.
import type { UpstreamState } from '../journal/counts.ts';
import type { JournalReader } from '../journal/store.ts';
import type { RetryPolicy } from '../retry/policy.ts';
import type { Clock } from '../std/clock.ts';
import type { Rules } from '../verdict/rules.ts';
import type { About, ConfigChange, ConfigProblem, ConfigVersion } from './wire.ts';
import type { AppliedRule, RuleText, ShownRule } from './wire-rules.ts';

/** What the rules of one configuration can be asked. */
export interface Judging {
  readonly rules: Rules;
  readonly policy: RetryPolicy;
  readonly rewriting: Rewriting;
}

/** The text rules of one configuration. */
export interface Rewriting {
  readonly rules: readonly RewritingRule[];
  /** Begins to try them; what is begun must be closed. */
  readonly begin: () => RewritingTrial;
}

/** One text rule. */
export interface RewritingRule {
  /** What it is told by where it has changed something. */
  readonly title: string;
  readonly shown: ShownRule;
}

/** Text rules while they are tried: next to the chats, which go on meanwhile. */
export interface RewritingTrial {
  /**
   * Applies the rules of requests or of replies to the texts of one of them. Never rejects, never hangs. A rule that has
   * been too slow several times is not asked again.
   */
  readonly apply: (texts: readonly RuleText[], to: 'request' | 'reply') => Promise<Rewritten>;
  readonly close: () => Promise<void>;
}

/** What the text rules have made of some texts. */
export interface Rewritten {
  readonly texts: readonly string[];
  /** Only rules that are meant for one of the texts. */
  readonly applied: readonly AppliedRule[];
}

/** What a configuration text comes to. */
export type CompiledText =
  | { readonly kind: 'valid'; readonly judging: Judging; readonly problems: readonly ConfigProblem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly ConfigProblem[] };

/** The configuration file and what its texts mean. */
export interface ConfigAccess {
  /** Where it is, or will be once it is saved for the first time. */
  readonly file: string;
  /** The text of the file; empty where there is none yet. */
  readonly read: () => Promise<string>;
  /** Replaces the file in one step and keeps the text before as a version. Rejects with Node's error. */
  readonly write: (text: string) => Promise<void>;
  /** Newest first. */
  readonly versions: () => Promise<readonly ConfigVersion[]>;
  readonly readVersion: (id: string) => Promise<string | undefined>;
  /** Reads a text as the program would. */
  readonly compile: (text: string) => CompiledText;
  /** All settings a text comes to, secrets masked; undefined where it can not be used. */
  readonly settings: (text: string) => unknown;
  /** The settings that differ between two texts. */
  readonly changes: (before: string, after: string) => readonly ConfigChange[];
  /** The text with its secrets replaced by placeholders, and the way back. */
  readonly hide: (text: string) => HiddenText;
  /** The text with some values set or added, its comments kept. */
  readonly edit: (text: string, edits: readonly ConfigEdit[]) => string;
  /** The JSON schema of a configuration. */
  readonly schema: unknown;
}

/** A text whose secrets are placeholders. */
export interface HiddenText {
  readonly text: string;
  /** Puts the secrets back into a text made from this one; undefined when a placeholder in it stands for nothing. */
  readonly restore: (edited: string) => string | undefined;
}

/** One change of a configuration text. */
export interface ConfigEdit {
  readonly path: readonly string[];
  /** `append`: one more entry of the list there. Null with `set`: the key is taken out. */
  readonly kind: 'set' | 'append';
  readonly value: unknown;
}

/** The configurations of the profiles. */
export interface ProfileFiles {
  /** Of those that have a file now. */
  readonly names: () => Promise<readonly string[]>;
  /** @param name one of the names above */
  readonly open: (name: string) => ConfigAccess;
}

/** Who may use the page. */
export interface DashboardAccess {
  /** `server.admin_token` as it is now; undefined: only this computer may. */
  readonly adminToken: string | undefined;
  /** Whether a Host header names this computer. */
  readonly isLoopbackHost: (host: string) => boolean;
  /** Whether an address is this computer's own. */
  readonly isLoopbackName: (address: string) => boolean;
}

export interface DashboardParts {
  readonly access: DashboardAccess;
  readonly clock: Clock;
  /** Where the built page is. */
  readonly pageFolder: string;
  readonly store: JournalReader;
  /** The main one. */
  readonly config: ConfigAccess;
  readonly profiles: ProfileFiles;
  /** The rules in use by the main configuration. */
  readonly judging: () => Judging;
  readonly upstream: () => UpstreamState;
  readonly about: () => Omit<About, 'hasLogin'>;
  /** The configured key, if this is an address at the configured server: it is shown to no other. */
  readonly keyFor: (url: string) => string | undefined;
}
