// The rules in use, in the order they are asked, with what they have done since the start.
import { BUILTIN_RULES } from '../verdict/builtin-rules.ts';
import type { BuiltinEffect } from '../verdict/builtin-rules.ts';
import type { Rules, TextRule } from '../verdict/rules.ts';
import { ok } from './api.ts';
import type { ApiRoute } from './api.ts';
import { textRuleKey } from './hits.ts';
import type { HitCount } from './hits.ts';
import type { DashboardParts, RewritingRule } from './parts.ts';
import type { RuleGroup, ShownRule } from './wire-rules.ts';

export function rulesRoutes(parts: DashboardParts, hits: HitCount): readonly ApiRoute[] {
  return [
    [
      'GET',
      'rules',
      () => {
        const { rules, rewriting } = parts.judging();
        return ok({ rules: [...failureRules(rules, hits), ...textRules(rewriting.rules, hits)] });
      },
    ],
  ];
}

function failureRules(rules: Rules, hits: HitCount): readonly ShownRule[] {
  const shown = (group: RuleGroup, rule: TextRule, name: string, effect: string, key: string): ShownRule => {
    const { pattern, description, statuses } = rule;
    const about = { group, name, pattern, description, effect, ...(statuses && { statuses: [...statuses] }) };
    return { ...about, ...(hits.of(group, key) ?? { hits: 0 }) };
  };
  const sources = new Map(BUILTIN_RULES.map(({ id, source }) => [id, source]));
  return [
    ...rules.hardStops.map((rule, index) => {
      const effect = rule.userMessage === undefined ? 'stops' : `stops, saying “${rule.userMessage}”`;
      return shown('hard-stop', rule, String(index + 1), effect, rule.pattern);
    }),
    ...rules.recategorisations.map((rule, index) =>
      shown('recategorisation', rule, String(index + 1), `judged as ${rule.newStatus}`, rule.pattern),
    ),
    ...rules.builtin.map((rule) => {
      const { description, id } = rule;
      const known = { ...rule, description: `${description} (${sources.get(id)})` };
      return shown('builtin', known, id, effectInWords(rule.effect), id);
    }),
  ];
}

function textRules(rules: readonly RewritingRule[], hits: HitCount): readonly ShownRule[] {
  return rules.map(({ title, shown }) => {
    const key = textRuleKey({ name: title, pattern: shown.pattern });
    return { ...shown, ...(hits.of(shown.group, key) ?? { hits: 0 }) };
  });
}

function effectInWords(effect: BuiltinEffect): string {
  const parts = [effect.kind === 'judge-as' ? 'judged' : effect.kind === 'stop' ? 'stops' : 'retries'];
  if (effect.reason !== undefined) parts.push(`as ${effect.reason}`);
  if (effect.kind !== 'retry' && effect.status !== undefined) parts.push(`with status ${effect.status}`);
  if (effect.kind === 'retry' && effect.conditional === true) parts.push('a few times');
  return parts.join(' ');
}
