// Rules in bounded time: what is known to take next to none runs at once; whatever else may take forever runs in the
// worker, is stopped when its time is over, and is left out from then on if that happens again and again.
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import { charsFor, runJob, withoutSteps } from './job.ts';
import type { Job, JobResult } from './job.ts';
import type { ActiveRule } from './rules.ts';
import { fewSteps } from './step.ts';
import type { Step } from './step.ts';
import { BUDGET_MS, countStrikes } from './strikes.ts';
import type { SlowRule } from './strikes.ts';
import { RuleWorker } from './worker.ts';

/** A job done within bounds. */
export interface BoundedResult extends JobResult {
  /** Whether a rule was left out that is not switched off: the next time it may come out otherwise. */
  readonly isPartial: boolean;
  /** How much of the budget is used up: the time that rules which are not harmless have taken, stopped ones included. */
  readonly usedMs: number;
}

/** Runs the rules of one configuration, which are named by their positions. */
export interface RuleRunner {
  readonly rules: readonly ActiveRule[];
  /** Whether a rule was stopped so often that it is not applied any more. */
  isOff(rule: number): boolean;
  /** Whether a job is too much for being done at once. One that is not may still turn out to be, where texts grow. */
  needsWorker(job: Job): boolean;
  /** Does a job at once, on this thread; undefined where it is too much for that. */
  runNow(job: Job): JobResult | undefined;
  /** Does a job in the worker. All its rules share the budget; when it is over, what could take long is left out. */
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

/** Less is not worth a timer: what takes so little does not stop anything. */
const LEAST_BUDGET_MS = 1;

/** @param rules of requests and replies, in one list */
export function ruleRunner(
  rules: readonly ActiveRule[],
  { clock, log, workerFile, stopped }: RunnerParts,
): RuleRunner {
  const steps = rules.map(({ step }) => step);
  const strikes = countStrikes(rules, log, stopped);
  const warn = eachOnce(log);
  const worker = new RuleWorker(workerFile, steps, clock);

  const isOff = (index: number): boolean => strikes.isOff(index);
  const allowed = (job: Job): Job => (strikes.hasAny ? withoutSteps(job, isOff) : job);
  return {
    rules,
    isOff,
    needsWorker: (job) => isMuch(steps, allowed(job)),
    runNow(job) {
      const current = allowed(job);
      const done = isMuch(steps, current) ? undefined : runFew(steps, current);
      return done?.isPartial === true ? undefined : done;
    },
    async run(job, budgetMs) {
      let current = allowed(job);
      let usedMs = 0;
      let isStopped = false;
      const leaveOut = (because?: string): BoundedResult => {
        const few = runFew(steps, current);
        if (few.isPartial && because !== undefined) warn(because);
        return { ...few, isPartial: isStopped || few.isPartial, usedMs };
      };
      while (budgetMs - usedMs >= LEAST_BUDGET_MS) {
        const end = await worker.run(current, budgetMs - usedMs);
        if (end.kind === 'done') return { ...end, isPartial: isStopped, usedMs: usedMs + end.usedMs };
        if (end.kind === 'closed') return leaveOut();
        if (end.kind === 'unavailable') return leaveOut(`no thread could be started (${end.because})`);
        const { step } = end;
        strikes.strike(step);
        current = withoutSteps(current, (index) => index === step);
        usedMs += end.usedMs;
        isStopped = true;
      }
      return leaveOut(`the rules for one text had taken ${BUDGET_MS} ms`);
    },
    slow: () => strikes.slow(),
    close: () => worker.close(),
  };
}

/** Whether a job can be seen to be more than a few steps before anything is done. */
function isMuch(steps: readonly Step[], { chains, pieces }: Job): boolean {
  const mayBegin = fewSteps();
  return pieces.some(({ chain, text }) =>
    chains[chain]?.some((link) => link.kind !== 'off' && !mayBegin(steps[link.step], charsFor(link, text))),
  );
}

/** Does a job at once, and leaves out what would be more than a few steps. */
function runFew(steps: readonly Step[], job: Job): JobResult & { readonly isPartial: boolean } {
  const mayBegin = fewSteps();
  let isPartial = false;
  const result = runJob(steps, job, (index, chars) => {
    const may = mayBegin(steps[index], chars);
    isPartial ||= !may;
    return may;
  });
  return { ...result, isPartial };
}

/** Says once for each reason that rules are left out. */
function eachOnce(log: Log): (because: string) => void {
  const said = new Set<string>();
  return (because) => {
    if (!said.has(because)) log.warn(`Rules that may take long are left out: ${because}.`);
    said.add(because);
  };
}
