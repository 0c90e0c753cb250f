// How the memory of a process goes over time, and whether it grows.
import { percentile } from '../bench/stats.ts';
import { residentMb } from '../bench/process-figures.ts';

/** Resident memory at a time since the beginning. */
export interface Sample {
  readonly minute: number;
  readonly mb: number;
}

const EVERY_MS = 2_000;

/** Takes samples until it is stopped. */
export function watchMemory(pid: number): { readonly samples: readonly Sample[]; stop(): void } {
  const samples: Sample[] = [];
  const startedMs = performance.now();
  const take = (): void => {
    samples.push({ minute: (performance.now() - startedMs) / 60_000, mb: residentMb(pid) });
  };
  take();
  const timer = setInterval(take, EVERY_MS);
  return { samples, stop: () => clearInterval(timer) };
}

/** Megabytes a minute: the slope of the least-squares line through the samples between two times. */
export function slopeOf(samples: readonly Sample[], fromMinute: number, toMinute: number): number {
  const late = samples.filter(({ minute }) => minute >= fromMinute && minute <= toMinute);
  const meanMinute = mean(late.map(({ minute }) => minute));
  const meanMb = mean(late.map(({ mb }) => mb));
  const products = late.map(({ minute, mb }) => (minute - meanMinute) * (mb - meanMb));
  const squares = late.map(({ minute }) => (minute - meanMinute) ** 2);
  return mean(products) / mean(squares);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Rows for a table: the samples of each span of time in one line. */
export function tableOf(samples: readonly Sample[], spans: number): string {
  const whole = samples.at(-1)?.minute ?? 0;
  const rows = Array.from({ length: spans }, (_, index) => {
    const [from, to] = [(whole * index) / spans, (whole * (index + 1)) / spans];
    const mbs = samples.filter(({ minute }) => minute >= from && minute <= to).map(({ mb }) => mb);
    const figures = [percentile(mbs, 0), percentile(mbs, 0.5), percentile(mbs, 1)];
    return `| ${from.toFixed(1)}–${to.toFixed(1)} | ${figures.map((mb) => mb.toFixed(1)).join(' | ')} |`;
  });
  return ['| minutes | least MB | median MB | most MB |', '| --- | ---: | ---: | ---: |', ...rows].join('\n');
}
