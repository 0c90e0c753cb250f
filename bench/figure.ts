// What a figure is: values of several proxies, taken in the same rounds, and the target they are held against.
import { median } from './stats.ts';

/** The yardstick all ratios refer to. */
export const YARDSTICK = 'raw';
/** The subject the targets are for. */
export const PRODUCT = 'First Hop';

/** What a figure should come to. `ratio` is to the yardstick in the same run, `value` in the figure's unit. */
export interface Target {
  readonly of: 'ratio' | 'value';
  readonly should: 'at most' | 'at least';
  readonly limit: number;
}

/** One figure: for each subject, one value per round. */
export interface Figure {
  readonly title: string;
  readonly unit: string;
  readonly values: ReadonlyMap<string, readonly number[]>;
  readonly targets: readonly Target[];
}

export const ratioAtMost = (limit: number): Target => ({ of: 'ratio', should: 'at most', limit });
export const ratioAtLeast = (limit: number): Target => ({ of: 'ratio', should: 'at least', limit });
export const valueAtMost = (limit: number): Target => ({ of: 'value', should: 'at most', limit });
export const valueAtLeast = (limit: number): Target => ({ of: 'value', should: 'at least', limit });

/** The values of a figure while they are taken. */
export class Series {
  readonly #values = new Map<string, number[]>();

  add(subject: string, value: number): void {
    const values = this.#values.get(subject);
    if (values === undefined) this.#values.set(subject, [value]);
    else values.push(value);
  }

  figure(title: string, unit: string, ...targets: readonly Target[]): Figure {
    return { title, unit, values: this.#values, targets };
  }
}

/** A subject's value of a figure: the median of its rounds; NaN when it was not measured. */
export function valueOf(figure: Figure, subject: string): number {
  return median(figure.values.get(subject) ?? []);
}

/** A subject's value in multiples of the yardstick: the median of each round's own ratio, so that a busy moment, which both feel, cancels out. */
export function ratioOf(figure: Figure, subject: string): number {
  const yardstick = figure.values.get(YARDSTICK) ?? [];
  const ratios = (figure.values.get(subject) ?? []).map(
    (value, round) => value / (yardstick[round] ?? Number.NaN),
  );
  return median(ratios.filter(Number.isFinite));
}

/** Whether the product keeps a target; undefined when that was not measured. */
export function isMet(figure: Figure, target: Target): boolean | undefined {
  const value = target.of === 'ratio' ? ratioOf(figure, PRODUCT) : valueOf(figure, PRODUCT);
  if (Number.isNaN(value)) return undefined;
  return target.should === 'at most' ? value <= target.limit : value >= target.limit;
}
