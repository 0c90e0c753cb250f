// How often each rule about failures has applied since the start. Only failures are counted, so good replies cost nothing.
import type { Clock } from '../std/clock.ts';
import type { Observe } from '../exchange/events.ts';
import type { RuleGroup } from './wire.ts';

/** How often a rule has applied, and to what last. */
export interface Hits {
  readonly hits: number;
  readonly lastAt: number;
  readonly lastExchange: string;
}

export interface HitCount {
  readonly observe: Observe;
  /** @param key the pattern of a user's rule, the name of a built-in one */
  of(group: RuleGroup, key: string): Hits | undefined;
}

/** Starts counting from zero. */
export function countHits(clock: Clock): HitCount {
  const counted = new Map<string, Hits>();
  const count = (group: RuleGroup, key: string | undefined, lastExchange: string): void => {
    if (key === undefined) return;
    const name = `${group} ${key}`;
    counted.set(name, { hits: (counted.get(name)?.hits ?? 0) + 1, lastAt: clock.wallMs(), lastExchange });
  };
  return {
    observe(event) {
      if (event.kind !== 'attempt-outcome') return;
      const { verdict, exchangeId } = event;
      if (verdict.kind !== 'retryable' && verdict.kind !== 'final') return;
      if (verdict.kind === 'final') count('hard-stop', verdict.hardStop?.pattern, exchangeId);
      count('recategorisation', verdict.recategorised?.pattern, exchangeId);
      count('builtin', verdict.builtinRule, exchangeId);
    },
    of: (group, key) => counted.get(`${group} ${key}`),
  };
}
