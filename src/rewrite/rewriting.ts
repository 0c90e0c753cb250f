// All rewriting of one configuration: what requests and replies go through, and the thread behind it.
import type { RewritingOptions } from './options.ts';
import { ruleRunner } from './budget.ts';
import type { RunnerParts } from './budget.ts';
import { replyRewriting } from './replies.ts';
import type { ReplyRewriting } from './replies.ts';
import { requestRewriting } from './requests.ts';
import type { RequestRewriting } from './requests.ts';
import { replyRules, requestRules } from './rules.ts';
import type { SlowRule } from './strikes.ts';

export interface Rewriting {
  /** Undefined where no rule is on: then requests are not looked into, and it costs nothing. */
  readonly requests: RequestRewriting | undefined;
  readonly replies: ReplyRewriting | undefined;
  /** How many rules are on, those of presets included. */
  readonly counts: { readonly requests: number; readonly replies: number };
  /** Rules that have been stopped because they took too long. */
  slow(): readonly SlowRule[];
  /** Ends the thread, if there is one. */
  close(): Promise<void>;
}

/** Prepares the rules; starts nothing yet. */
export function openRewriting(options: RewritingOptions, parts: RunnerParts): Rewriting {
  const forRequests = requestRules(options);
  const forReplies = replyRules(options);
  const runner = ruleRunner([...forRequests, ...forReplies], parts);
  return {
    requests: forRequests.length === 0 ? undefined : requestRewriting(runner, [...forRequests.keys()]),
    replies:
      forReplies.length === 0
        ? undefined
        : replyRewriting(
            runner,
            [...forReplies.keys()].map((index) => forRequests.length + index),
          ),
    counts: { requests: forRequests.length, replies: forReplies.length },
    slow: () => runner.slow(),
    close: () => runner.close(),
  };
}
