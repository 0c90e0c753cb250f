// The text rules of a configuration as the page asks about them: what they are, and what they make of one text. Chats are
// rewritten elsewhere; here each rule is tried by itself, so that its time can be told.
import type { Config } from '../config/schema.ts';
import { withinBudget } from '../std/guarded.ts';
import type { Rewriting, Rewritten } from '../dashboard/parts.ts';
import type { RuleGroup, ShownRule } from '../dashboard/wire.ts';
import { PRESETS } from '../rewrite/presets/presets.ts';
import { appliesTo, replyRules, requestRules } from '../rewrite/rules.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import { applyStep } from '../rewrite/step.ts';
import type { Clock } from '../std/clock.ts';

type RewritingSection = Config['regex_replacement'] | Config['response_processing'];

/** What all rules together may take for one text, as for one request of a chat. */
const BUDGET_MS = 100;

/** The rules that are switched on, and what they make of a text. */
export function rewritingOf(config: Config, clock: Clock): Rewriting {
  const requests = requestRules(config);
  const replies = replyRules(config);
  return {
    rules: [
      ...shownRules('request', config.regex_replacement),
      ...shownRules('reply', config.response_processing),
    ],
    apply(text, to, role) {
      const rules = to === 'request' ? requests : replies;
      const kind = to === 'request' ? role : 'reply';
      return Promise.resolve(
        applied(
          text,
          rules.filter((rule) => appliesTo(rule, kind)),
          clock,
        ),
      );
    },
  };
}

/** A rule that exceeds what is left of the budget changes nothing, as in a chat. */
function applied(text: string, rules: readonly ActiveRule[], clock: Clock): Rewritten {
  const startedMs = clock.nowMs();
  let current = text;
  const effects: Rewritten['applied'][number][] = [];
  for (const { name, step } of rules) {
    const beforeMs = clock.nowMs();
    const leftMs = Math.max(1, Math.round(BUDGET_MS - (beforeMs - startedMs)));
    const before = current;
    const result = withinBudget(leftMs, () => applyStep(step, before));
    if (result.kind === 'done') current = result.value;
    const tookMs = clock.nowMs() - beforeMs;
    const effect = result.kind === 'too-slow' ? 'too-slow' : current === before ? 'nothing' : 'changed';
    effects.push({ rule: name, effect, tookMs });
  }
  return { text: current, applied: effects };
}

function shownRules(group: RuleGroup, section: RewritingSection): readonly ShownRule[] {
  if (!section.enabled) return [];
  const presets = section.presets.map((preset): ShownRule => {
    const { description } = PRESETS[preset];
    return { group, name: preset, pattern: '', description, effect: 'a preset' };
  });
  const own = section.rules.flatMap((rule, index): readonly ShownRule[] => {
    const { pattern, replacement, description = '', apply_to: where, enabled } = rule;
    if (!enabled) return [];
    const does = replacement === '' ? 'removes' : `replaces by “${replacement}”`;
    const effect = where === 'all' ? does : `${does}, in ${where}`;
    return [{ group, name: String(index + 1), pattern, description, effect }];
  });
  return [...presets, ...own];
}
