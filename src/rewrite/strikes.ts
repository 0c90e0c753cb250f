// Rules that were stopped because they took too long: counted, told of, and in the end switched off.
import type { Log } from '../std/log.ts';
import type { ActiveRule } from './rules.ts';

/** For one request or one reply, all its rules together. */
export const BUDGET_MS = 100;
/** A rule that was stopped so often is switched off until the configuration changes. */
const MAX_STRIKES = 3;

/** What became of a rule that takes too long, named as `GET /health/detailed` shows it. */
export interface SlowRule {
  readonly rule: string;
  /** How often it was stopped. */
  readonly stopped: number;
  readonly switched_off: boolean;
}

export interface Strikes {
  /** This rule, by its position, has been stopped. */
  strike(rule: number): void;
  isOff(rule: number): boolean;
  /** Whether any rule was ever stopped. */
  readonly hasAny: boolean;
  slow(): readonly SlowRule[];
}

/** @param stopped hears the name of every rule that is stopped */
export function countStrikes(
  rules: readonly ActiveRule[],
  log: Log,
  stopped: (rule: string) => void = ignored,
): Strikes {
  const strikes = new Map<number, number>();
  const isOff = (index: number): boolean => (strikes.get(index) ?? 0) >= MAX_STRIKES;
  return {
    isOff,
    strike(index) {
      const count = (strikes.get(index) ?? 0) + 1;
      strikes.set(index, count);
      const name = String(rules[index]?.name);
      stopped(name);
      const took = `${name} took longer than ${BUDGET_MS} ms`;
      if (count === 1) log.warn(`${took} and was left out of one text. Simplify its pattern.`);
      if (count === MAX_STRIKES)
        log.warn(`${took} for the third time and is switched off until the configuration changes.`);
    },
    get hasAny() {
      return strikes.size > 0;
    },
    slow: () =>
      [...strikes].map(([index, stopped]) => ({
        rule: String(rules[index]?.name),
        stopped,
        switched_off: isOff(index),
      })),
  };
}

function ignored(): void {
  // Nobody counts.
}
