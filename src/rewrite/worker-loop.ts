// The worker's side: does one job after the other, and lets be seen from outside which step is at work.
import type { MessagePort } from 'node:worker_threads';
import type { Clock } from '../std/clock.ts';
import { runJob } from './job.ts';
import type { Job, JobResult } from './job.ts';
import { isHarmless } from './step.ts';
import type { Step } from './step.ts';

/** What a worker is started with. */
export interface WorkerStart {
  readonly steps: readonly Step[];
  /** Shared memory; its first value is the step at work, or `IDLE`. */
  readonly atWork: Int32Array;
}

/** What a worker answers to a job. */
export interface WorkerAnswer extends JobResult {
  /** The time that steps have taken that are not harmless. */
  readonly usedMs: number;
}

/** No step is at work. */
export const IDLE = -1;

/** Does what arrives at the port. */
export function serveJobs(
  port: Pick<MessagePort, 'on' | 'postMessage'>,
  { steps, atWork }: WorkerStart,
  clock: Clock,
): void {
  port.on('message', (job: Job) => {
    let usedMs = 0;
    let sinceMs: number | undefined;
    const watch = (index: number): true => {
      if (sinceMs !== undefined) usedMs += clock.nowMs() - sinceMs;
      const step = steps[index];
      sinceMs = step === undefined || isHarmless(step) ? undefined : clock.nowMs();
      Atomics.store(atWork, 0, index);
      return true;
    };
    const result = runJob(steps, job, watch);
    watch(IDLE);
    port.postMessage({ ...result, usedMs } satisfies WorkerAnswer);
  });
}
