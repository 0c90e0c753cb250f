// What the process itself costs, under the names that Prometheus clients use for it. Read when asked, so that nothing
// runs meanwhile: the event loop's lag would need a timer that keeps a telephone awake, its busy time does not.
import { performance } from 'node:perf_hooks';
import type { Family } from './metrics-text.ts';

const MS_PER_SECOND = 1_000;
const US_PER_SECOND = 1_000_000;

/**
 * The families as they are now.
 * @param startedAt when the process was started, in seconds since the epoch
 */
export function processFamilies(startedAt: number): readonly Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const { active } = performance.eventLoopUtilization();
  return [
    gauge('process_resident_memory_bytes', 'Memory of the process.', rss),
    gauge('nodejs_heap_size_used_bytes', 'Memory in use by JavaScript.', heapUsed),
    counter('process_cpu_seconds_total', 'CPU time of the process.', (user + system) / US_PER_SECOND),
    gauge('process_start_time_seconds', 'When the process was started, since the epoch.', startedAt),
    counter(
      'nodejs_eventloop_active_seconds_total',
      'Time in which the event loop was busy.',
      active / MS_PER_SECOND,
    ),
  ];
}

function gauge(name: string, help: string, value: number): Family {
  return { name, help, type: 'gauge', samples: [{ value }] };
}

function counter(name: string, help: string, value: number): Family {
  return { name, help, type: 'counter', samples: [{ value }] };
}
