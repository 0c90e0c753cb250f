// The rules of one configuration as they are applied: presets first, then the user's own, each with the name it is told
// by. What they may be is options.ts's to say.
import type { RewritingOptions } from './options.ts';
import { compileTextRule } from './pattern.ts';
import type { RuleSource, TextRule } from './pattern.ts';
import { PRESETS } from './presets/presets.ts';
import type { PresetName, PresetStep } from './presets/presets.ts';
import type { Step } from './step.ts';

/** A rule that is switched on. */
export interface ActiveRule {
  /** Where it stands and what its author calls it, for people: `regex_replacement.rules[2] (no more dashes)`. */
  readonly name: string;
  /** As its author wrote it; absent where it is a part of a preset. */
  readonly pattern?: string;
  readonly step: Step;
  /** A role of messages, or a part of a reply; `all`: any. */
  readonly appliesTo: string;
}

/** What the rules of a preset are told by. */
export function presetTitle(preset: string): string {
  return `the preset ${preset}`;
}

/** Hears of a rule that has changed something. */
export type RuleChanged = (rule: ActiveRule) => void;

/** Tells of the rules at these positions, each once. */
export function tellChanged(
  rules: readonly ActiveRule[],
  positions: ReadonlySet<number>,
  changed: RuleChanged | undefined,
): void {
  if (changed === undefined || positions.size === 0) return;
  for (const rule of rules.filter((_rule, position) => positions.has(position))) changed(rule);
}

/** Whether a rule is meant for texts of this kind: a role of messages, or a part of a reply. */
export function appliesTo(rule: ActiveRule | undefined, kind: string): boolean {
  return rule?.appliesTo === 'all' || rule?.appliesTo === kind;
}

/** The rules for requests, in the order in which they are applied. */
export function requestRules({ regex_replacement: section }: RewritingOptions): readonly ActiveRule[] {
  return activeRules('regex_replacement', section, 'all');
}

/** The rules for replies, in the order in which they are applied. */
export function replyRules({ response_processing: section }: RewritingOptions): readonly ActiveRule[] {
  return activeRules('response_processing', section, 'reply');
}

interface Section {
  readonly enabled: boolean;
  readonly presets: readonly PresetName[];
  readonly rules: readonly (RuleSource & {
    readonly apply_to: string;
    readonly description?: string;
    readonly enabled: boolean;
  })[];
}

/** @param kind the texts that presets apply to */
function activeRules(section: string, { enabled, presets, rules }: Section, kind: string): ActiveRule[] {
  if (!enabled) return [];
  const ready = presets.flatMap((preset) =>
    PRESETS[preset].steps.map((step): ActiveRule => {
      return { name: presetTitle(preset), step: presetStep(step), appliesTo: kind };
    }),
  );
  const own = rules.flatMap(({ description, enabled: isOn, apply_to, ...source }, index): ActiveRule[] => {
    const name = `${section}.rules[${index}]${description === undefined ? '' : ` (${description})`}`;
    const { pattern } = source;
    return isOn
      ? [{ name, pattern, step: { kind: 'rule', rule: compiled(source) }, appliesTo: apply_to }]
      : [];
  });
  return [...ready, ...own];
}

function presetStep(step: PresetStep): Step {
  if (step.kind === 'repair') return step;
  const rule = compiled(step.source);
  return { kind: 'rule', rule: step.isLinear ? { ...rule, isHarmless: true } : rule };
}

/** A rule that the configuration was checked for. */
function compiled(source: RuleSource): TextRule {
  const result = compileTextRule(source);
  if (result.kind === 'invalid') throw new Error(`${source.pattern}: ${result.problem.message}`);
  return result.rule;
}
