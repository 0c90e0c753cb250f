// What a worker runs; bundled as a file of its own, dist/rewrite-worker.js.
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../std/clock.ts';
import { serveJobs } from './worker-loop.ts';
import type { WorkerStart } from './worker-loop.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- worker.ts starts it, with just this
if (parentPort !== null) serveJobs(parentPort, workerData as WorkerStart, systemClock);
