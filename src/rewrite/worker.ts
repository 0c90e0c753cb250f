// The one thread on which rules run that might take forever: started when it is first needed, ended when a rule takes
// too long, and then started again.
import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../std/clock.ts';
import type { Job } from './job.ts';
import { isHarmless } from './step.ts';
import type { Step } from './step.ts';
import { IDLE } from './worker-loop.ts';
import type { WorkerAnswer, WorkerStart } from './worker-loop.ts';

/** How a job ended. */
export type JobEnd =
  | ({ readonly kind: 'done' } & WorkerAnswer)
  /** This step was at work when the time was over, or when the worker broke down; so much of the time was used up. */
  | { readonly kind: 'stopped'; readonly step: number; readonly usedMs: number }
  /** There is no worker and there will be none. */
  | { readonly kind: 'unavailable'; readonly because: string }
  /** The worker has been closed, before the job or while it was done. */
  | { readonly kind: 'closed' };

/** A worker for the steps of one configuration. */
export class RuleWorker {
  readonly #file: URL;
  readonly #start: WorkerStart;
  readonly #clock: Clock;
  #worker: Worker | undefined;
  /** Set when there will be no worker. */
  #unavailable: JobEnd | undefined;
  #isClosed = false;
  #previous: Promise<unknown> = Promise.resolve();

  /** @param file the bundled worker-entry.ts */
  constructor(file: URL, steps: readonly Step[], clock: Clock) {
    this.#file = file;
    this.#start = { steps, atWork: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) };
    this.#clock = clock;
  }

  /**
   * Does a job when those before it are done. Never rejects.
   * @param budgetMs how long steps may take that are not harmless, counted from when the job begins
   */
  run(job: Job, budgetMs: number): Promise<JobEnd> {
    const end = this.#previous.then(() => this.#run(job, budgetMs));
    this.#previous = end;
    return end;
  }

  /** Ends the thread; jobs that are not done come to nothing. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  async #run(job: Job, budgetMs: number): Promise<JobEnd> {
    if (this.#isClosed) return { kind: 'closed' };
    const end = await this.#tryToRun(job, budgetMs);
    if (end.kind === 'done') return end;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    // Nobody is to blame for what the end has broken off.
    if (this.#isClosed) return { kind: 'closed' };
    if (end.kind === 'unavailable') this.#unavailable = end;
    return end;
  }

  async #tryToRun(job: Job, budgetMs: number): Promise<JobEnd> {
    if (this.#unavailable !== undefined) return this.#unavailable;
    try {
      const worker = this.#worker ?? (await this.#begin());
      return await this.#ask(worker, job, budgetMs);
    } catch (error) {
      return { kind: 'unavailable', because: String(error) };
    }
  }

  /** A thread that runs. */
  #begin(): Promise<Worker> {
    Atomics.store(this.#start.atWork, 0, IDLE);
    const worker = new Worker(this.#file, { workerData: this.#start, execArgv: [], name: 'rewriting' });
    this.#worker = worker;
    worker.once('exit', () => {
      this.#worker = undefined;
    });
    return new Promise((resolve, reject) => {
      worker.once('online', () => resolve(worker));
      // Stays on: an error that nobody listens to would end the process.
      worker.on('error', reject).once('exit', reject);
    });
  }

  #ask(worker: Worker, job: Job, budgetMs: number): Promise<JobEnd> {
    return new Promise((resolve) => {
      const startedAtMs = this.#clock.nowMs();
      let timer: Timer;
      const finish = (end: JobEnd): void => {
        timer.cancel();
        worker.off('message', done).off('error', broken).off('exit', broken);
        // Whoever waits for a job waits for the process, too; an idle thread does not keep it alive.
        worker.unref();
        resolve(end);
      };
      const stopped = (step: number): void => {
        const usedMs = Math.min(budgetMs, this.#clock.nowMs() - startedAtMs);
        finish({ kind: 'stopped', step, usedMs });
      };
      const look = (): void => {
        const index = Atomics.load(this.#start.atWork, 0);
        const step = this.#start.steps[index];
        if (step === undefined || isHarmless(step)) timer = this.#clock.after(budgetMs, look);
        else stopped(index);
      };
      const broken = (because: unknown): void => {
        const step = Atomics.load(this.#start.atWork, 0);
        if (step === IDLE) finish({ kind: 'unavailable', because: String(because) });
        else stopped(step);
      };
      const done = (answer: WorkerAnswer): void => finish({ kind: 'done', ...answer });
      timer = this.#clock.after(budgetMs, look);
      worker.on('message', done).on('error', broken).on('exit', broken);
      worker.ref();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage(job);
    });
  }
}
