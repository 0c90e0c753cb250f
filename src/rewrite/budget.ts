// Rules in bounded time: whatever may take forever runs in the worker, is stopped when its time is over, and is left out
// from then on if that happens again and again.
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import { runJob, withoutSteps } from './job.ts';
import type { Job, JobResult } from './job.ts';
import type { ActiveRule } from './rules.ts';
import { isHarmless } from './step.ts';
import { countStrikes } from './strikes.ts';
import type { SlowRule } from './strikes.ts';
import { RuleWorker } from './worker.ts';

/** A job done within bounds. */
export interface BoundedResult extends JobResult {
  /** Whether a rule was left out that is not switched off: the next time it may come out otherwise. */
  readonly isPartial: boolean;
  /** The time that rules have taken that are not harmless. */
  readonly usedMs: number;
}

/** Runs the rules of one configuration, which are named by their positions. */
export interface RuleRunner {
  readonly rules: readonly ActiveRule[];
  /** Whether any of these rules must run in the worker. */
  needsWorker(rules: readonly number[]): boolean;
  /** Whether a rule was stopped so often that it is not applied any more. */
  isOff(rule: number): boolean;
  /** Without the worker, at once. For rules that need none. */
  runNow(job: Job): JobResult;
  run(job: Job, budgetMs: number): Promise<BoundedResult>;
  /** Rules that have been stopped. */
  slow(): readonly SlowRule[];
  close(): Promise<void>;
}

/** What rules are run with. */
export interface RunnerParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The bundled worker-entry.ts. */
  readonly workerFile: URL;
  /** Hears the name of every rule that was stopped because it took too long. */
  readonly stopped?: (rule: string) => void;
}

/** @param rules of requests and replies, in one list */
export function ruleRunner(
  rules: readonly ActiveRule[],
  { clock, log, workerFile, stopped }: RunnerParts,
): RuleRunner {
  const steps = rules.map(({ step }) => step);
  const strikes = countStrikes(rules, log, stopped);
  let worker: RuleWorker | undefined;
  let hasWarned = false;

  const isOff = (index: number): boolean => strikes.isOff(index);
  const isHarmful = (index: number): boolean => {
    const step = steps[index];
    return step !== undefined && !isHarmless(step);
  };
  const allowed = (job: Job): Job => (strikes.hasAny ? withoutSteps(job, isOff) : job);
  const runNow = (job: Job): JobResult => runJob(steps, allowed(job), () => undefined);
  const warn = (because: string): void => {
    if (!hasWarned)
      log.warn(`Rules that may take long are left out: no thread could be started (${because}).`);
    hasWarned = true;
  };
  return {
    rules,
    isOff,
    needsWorker: (indexes) => indexes.some((index) => isHarmful(index) && !isOff(index)),
    runNow,
    async run(job, budgetMs) {
      worker ??= new RuleWorker(workerFile, steps, clock);
      let current = allowed(job);
      for (let isPartial = false; ; isPartial = true) {
        const end = await worker.run(current, budgetMs);
        if (end.kind === 'done') return { ...end, isPartial };
        if (end.kind === 'unavailable') {
          warn(end.because);
          return { ...runNow(withoutSteps(current, isHarmful)), isPartial: true, usedMs: 0 };
        }
        strikes.strike(end.step);
        current = withoutSteps(current, (index) => index === end.step);
      }
    },
    slow: () => strikes.slow(),
    close: async () => worker?.close(),
  };
}
