// What every figure is taken with: the subjects, the upstream, the rounds, and the tally of wrong answers.
import type { Child } from './children.ts';
import { runLoad, type Load, type LoadResult } from './load.ts';

/** A proxy under measurement. */
export interface Subject {
  readonly name: string;
  readonly start: () => Promise<Child>;
}

/** How much is measured. */
export interface Scale {
  readonly name: 'quick' | 'default' | 'full';
  readonly rounds: number;
  /** How long one subject is under load in one round. */
  readonly roundMs: number;
  readonly starts: number;
  readonly pacedRounds: number;
  readonly pacedChunks: number;
  readonly openStreams: number;
  /** 0: not measured. */
  readonly growthRequests: number;
  /** Steps of paced streams held at once; empty: not measured. */
  readonly heldStreams: readonly number[];
}

export const scales: Readonly<Record<Scale['name'], Scale>> = {
  quick: {
    name: 'quick',
    rounds: 3,
    roundMs: 400,
    starts: 1,
    pacedRounds: 1,
    pacedChunks: 20,
    openStreams: 300,
    growthRequests: 0,
    heldStreams: [],
  },
  default: {
    name: 'default',
    rounds: 11,
    roundMs: 600,
    starts: 5,
    pacedRounds: 5,
    pacedChunks: 40,
    openStreams: 1_000,
    growthRequests: 40_000,
    heldStreams: [],
  },
  full: {
    name: 'full',
    rounds: 25,
    roundMs: 1_000,
    starts: 9,
    pacedRounds: 9,
    pacedChunks: 60,
    openStreams: 1_000,
    growthRequests: 200_000,
    heldStreams: [250, 500, 1_000, 1_500, 2_000],
  },
};

/** One run of the benchmark. */
export interface Run {
  readonly scale: Scale;
  readonly subjects: readonly Subject[];
  readonly upstream: Child;
  /** Wrong answers so far, each with whose it was. */
  readonly failures: string[];
}

/** A subject that is running. */
export interface Runner {
  readonly name: string;
  readonly child: Child;
}

/** Puts a load on a process and notes the wrong answers. */
export async function loadOn(run: Run, name: string, child: Child, load: Load): Promise<LoadResult> {
  const result = await runLoad(child.port, load);
  for (const failure of result.failures) run.failures.push(`${name}: ${failure}`);
  return result;
}

/** Starts every subject, hands them over, and ends them, whatever happens. */
export async function withSubjects<T>(run: Run, use: (runners: readonly Runner[]) => Promise<T>): Promise<T> {
  const runners: Runner[] = [];
  try {
    for (const { name, start } of run.subjects) runners.push({ name, child: await start() });
    return await use(runners);
  } finally {
    await Promise.all(runners.map(({ child }) => child.end()));
  }
}

/** Takes turns: each round asks everyone once, every other round in reverse order. */
export async function inTurns<T>(
  rounds: number,
  takers: readonly T[],
  turn: (taker: T, round: number) => Promise<void>,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const taker of round % 2 === 0 ? takers : takers.toReversed()) await turn(taker, round);
  }
}
