// The text rules of a configuration as the page asks about them: what they are, and what they make of texts. Chats are
// rewritten elsewhere; here each rule is tried by itself, so that its time can be told.
import type { Config } from '../config/schema.ts';
import type { Rewriting, RewritingRule, RewritingTrial, Rewritten } from '../dashboard/parts.ts';
import type { RuleGroup, RuleText } from '../dashboard/wire-rules.ts';
import { ruleRunner } from '../rewrite/budget.ts';
import type { RuleRunner } from '../rewrite/budget.ts';
import { PRESETS } from '../rewrite/presets/presets.ts';
import { appliesTo, presetTitle, replyRules, requestRules } from '../rewrite/rules.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import { BUDGET_MS } from '../rewrite/strikes.ts';
import { tryRules } from '../rewrite/trial.ts';
import type { Clock } from '../std/clock.ts';

type RewritingSection = Config['regex_replacement'] | Config['response_processing'];

/** What text rules are tried with. */
export interface TrialParts {
  readonly clock: Clock;
  /** The bundled rewrite/worker-entry.ts. */
  readonly rewriteWorker: URL;
}

/** The rules that are switched on, and what they make of texts. */
export function rewritingOf(config: Config, parts: TrialParts): Rewriting {
  const requests = requestRules(config);
  const replies = replyRules(config);
  return {
    rules: [
      ...shownRules('request', config.regex_replacement, requests),
      ...shownRules('reply', config.response_processing, replies),
    ],
    begin: () => beginTrial(requests, replies, parts),
  };
}

function beginTrial(
  requests: readonly ActiveRule[],
  replies: readonly ActiveRule[],
  { clock, rewriteWorker: workerFile }: TrialParts,
): RewritingTrial {
  const log = { info: unsaid, warn: unsaid, error: unsaid };
  const parts = { clock, log, workerFile };
  const runners = { request: ruleRunner(requests, parts), reply: ruleRunner(replies, parts) };
  return {
    apply: (texts, to) => applied(texts, runners[to], clock),
    close: async () => {
      await Promise.all([runners.request.close(), runners.reply.close()]);
    },
  };
}

/** What is stopped here is told by the answer. */
function unsaid(): void {
  // The log tells of chats.
}

async function applied(texts: readonly RuleText[], runner: RuleRunner, clock: Clock): Promise<Rewritten> {
  const places = texts.map((text, index) => ({ ...text, where: String(index) }));
  const after = texts.map(({ text }) => text);
  const results = await tryRules(sharingBudget(runner), places, clock);
  const effects = results.flatMap(({ name, changes, elapsedMs: tookMs, isStopped }): Rewritten['applied'] => {
    for (const change of changes) after[Number(change.where)] = change.after;
    const own = [...runner.rules.entries()].filter(([, rule]) => rule.name === name);
    if (!own.some(([, rule]) => texts.some(({ kind }) => appliesTo(rule, kind)))) return [];
    const isSlow = isStopped || own.some(([position]) => runner.isOff(position));
    const effect = isSlow ? 'too-slow' : changes.length === 0 ? 'nothing' : 'changed';
    return [{ rule: name, effect, changed: changes.length, tookMs }];
  });
  return { texts: after, applied: effects };
}

/** As in a chat, all rules share the budget for one request or one reply; what exceeds it changes nothing. */
function sharingBudget(runner: RuleRunner): RuleRunner {
  let leftMs = BUDGET_MS;
  return {
    ...runner,
    async run(job) {
      const done = await runner.run(job, leftMs);
      leftMs -= done.usedMs;
      return done;
    },
  };
}

/** @param active the same rules as they are applied, in the same order */
function shownRules(
  group: RuleGroup,
  section: RewritingSection,
  active: readonly ActiveRule[],
): readonly RewritingRule[] {
  if (!section.enabled) return [];
  const presets = section.presets.map((preset): RewritingRule => {
    const { description } = PRESETS[preset];
    const shown = { group, name: preset, pattern: '', description, effect: 'a preset' };
    return { title: presetTitle(preset), shown };
  });
  const numbered = section.rules.map((rule, index) => ({ ...rule, name: String(index + 1) }));
  const own = active.filter(({ pattern }) => pattern !== undefined);
  const rules = numbered
    .filter(({ enabled }) => enabled)
    .map(({ name, pattern, replacement, description = '', apply_to: where }, index): RewritingRule => {
      const does = replacement === '' ? 'removes' : `replaces by “${replacement}”`;
      const effect = where === 'all' ? does : `${does}, in ${where}`;
      return { title: String(own[index]?.name), shown: { group, name, pattern, description, effect } };
    });
  return [...presets, ...rules];
}
