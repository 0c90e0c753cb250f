// What can be said on the command line of `npm run soak`.
import { parseArgs } from 'node:util';
import { explained } from '../bench/usage.ts';

const usage = 'usage: npm run soak -- [--short] [--minutes N] [--streams N] [--seed N] [--label TEXT]';

/** The whole form and the one for continuous integration. */
const MINUTES = { whole: 30, short: 1.5, most: 24 * 60 } as const;
const STREAMS = { usual: 50, most: 1_000 } as const;

export interface Options {
  readonly minutes: number;
  /** How many requests are under way at once. */
  readonly streams: number;
  readonly seed: number;
  /** Whether the run is too short for its memory to have settled. */
  readonly isShort: boolean;
  /** A part of a file name; empty: nothing is written. */
  readonly label: string;
}

/** Throws with words, and with what can be said, for options that can not be used. */
export function readOptions(args: readonly string[]): Options {
  return explained(usage, () => parsed(args));
}

function parsed(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      short: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      streams: { type: 'string', default: String(STREAMS.usual) },
      seed: { type: 'string', default: '1' },
      label: { type: 'string', default: 'soak' },
    },
  });
  const minutes = values.minutes ?? String(values.short ? MINUTES.short : MINUTES.whole);
  return {
    minutes: numberFrom('--minutes', minutes, MINUTES.most),
    streams: Math.ceil(numberFrom('--streams', values.streams, STREAMS.most)),
    seed: Math.ceil(numberFrom('--seed', values.seed, Number.MAX_SAFE_INTEGER)),
    isShort: values.short,
    label: values.short ? '' : values.label.replaceAll(/[^\w.-]+/g, '-'),
  };
}

function numberFrom(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && number > 0 && number <= most) return number;
  throw new Error(`${option} ${text}: a number above 0, at most ${most}, is expected`);
}
