// How often each rule has applied since the start: to a failure, or to a text that it has changed. Where no rule has
// applied nothing is counted, so good replies cost nothing.
import type { Clock } from '../std/clock.ts';
import type { Follow, Observe } from '../exchange/events.ts';
import type { ActiveRule } from '../rewrite/rules.ts';
import type { RuleGroup } from './wire-rules.ts';

/** How often a rule has applied, and to what last. */
export interface Hits {
  readonly hits: number;
  readonly lastAt: number;
  readonly lastExchange: string;
}

export interface HitCount {
  readonly observe: Observe;
  /** @param key the pattern of a rule about failures, the name of a built-in one, or what `textRuleKey` gives */
  of(group: RuleGroup, key: string): Hits | undefined;
}

/** Several text rules may have one pattern, for different texts: each is told by its place as well. */
export function textRuleKey({ name, pattern = '' }: Pick<ActiveRule, 'name' | 'pattern'>): string {
  return `${name} ${pattern}`;
}

/** Starts counting from zero. */
export function countHits(clock: Clock): HitCount {
  const counted = new Map<string, Hits>();
  const count = (group: RuleGroup, key: string | undefined, lastExchange: string): void => {
    if (key === undefined) return;
    const name = `${group} ${key}`;
    counted.set(name, { hits: (counted.get(name)?.hits ?? 0) + 1, lastAt: clock.wallMs(), lastExchange });
  };
  const countRules = (
    group: RuleGroup,
    rules: readonly ActiveRule[] | undefined,
    lastExchange: string,
  ): void => {
    if (rules === undefined) return;
    // A preset may have several steps.
    for (const key of new Set(rules.map(textRuleKey))) count(group, key, lastExchange);
  };
  const follow: Follow = (step) => {
    if (step.kind === 'exchange-end') countRules('reply', step.told.changedBy, step.exchangeId);
    if (step.kind !== 'attempt-outcome') return;
    const { verdict, exchangeId } = step;
    if (verdict.kind !== 'retryable' && verdict.kind !== 'final') return;
    if (verdict.kind === 'final') count('hard-stop', verdict.hardStop?.pattern, exchangeId);
    count('recategorisation', verdict.recategorised?.pattern, exchangeId);
    count('builtin', verdict.builtinRule, exchangeId);
  };
  return {
    observe({ changedBy, exchangeId }) {
      countRules('request', changedBy, exchangeId);
      return follow;
    },
    of: (group, key) => counted.get(`${group} ${key}`),
  };
}
