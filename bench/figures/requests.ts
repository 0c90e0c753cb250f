// Plain requests: what each costs, how many fit into a second, and how much later the reply comes.
import { ratioAtLeast, ratioAtMost, Series, type Figure, type Target } from '../figure.ts';
import type { Load } from '../load.ts';
import { cpuMs, peakMb } from '../process-figures.ts';
import { inTurns, loadOn, withSubjects, type Run, type Runner } from '../run.ts';
import { median } from '../stats.ts';
import { chatRequest, expectedReply } from '../wire.ts';

const CONNECTIONS = 16;
/** The most time for `warmUpRequests`, which let the code be compiled: most of them come first. */
const WARM_UP_MS = 6_000;
const plain = { kind: 'plain' } as const;

interface Size {
  readonly label: string;
  readonly bytes: number;
  readonly warmUpRequests: number;
  readonly cpuTarget: Target;
  readonly rateTargets: readonly Target[];
  /** Undefined: added latency is not measured. */
  readonly delayTarget: Target | undefined;
  /** Requests one after the other in a round of added latency. */
  readonly sequential: number;
}

const sizes: readonly Size[] = [
  {
    label: '2 KB',
    bytes: 2_048,
    warmUpRequests: 8_000,
    cpuTarget: ratioAtMost(2),
    rateTargets: [],
    delayTarget: undefined,
    sequential: 0,
  },
  {
    label: '32 KB',
    bytes: 32_768,
    warmUpRequests: 2_000,
    cpuTarget: ratioAtMost(2.5),
    rateTargets: [ratioAtLeast(0.4)],
    delayTarget: ratioAtMost(1.8),
    sequential: 300,
  },
  {
    label: '1 MB',
    bytes: 1_048_576,
    warmUpRequests: 160,
    cpuTarget: ratioAtMost(4),
    rateTargets: [],
    delayTarget: ratioAtMost(6),
    sequential: 40,
  },
];

function loadOf(size: Size, limits: Pick<Load, 'connections' | 'perConnection' | 'forMs'>): Load {
  return { request: chatRequest(plain, size.bytes), reply: expectedReply(plain), ...limits };
}

async function throughput(run: Run, runners: readonly Runner[], size: Size): Promise<Figure[]> {
  const cpu = new Series();
  const rate = new Series();
  const load = loadOf(size, { connections: CONNECTIONS, perConnection: 100_000, forMs: run.scale.roundMs });
  const warmUp = { ...load, perConnection: size.warmUpRequests / CONNECTIONS, forMs: WARM_UP_MS };
  for (const { name, child } of runners) await loadOn(run, name, child, warmUp);
  await inTurns(run.scale.rounds, runners, async ({ name, child }) => {
    const before = cpuMs(child.pid);
    const { requests, elapsedMs } = await loadOn(run, name, child, load);
    cpu.add(name, (cpuMs(child.pid) - before) / requests);
    rate.add(name, requests / (elapsedMs / 1000));
  });
  return [
    cpu.figure(`CPU per request, ${size.label}, ${CONNECTIONS} connections`, 'ms', size.cpuTarget),
    rate.figure(`requests per second, ${size.label}, ${CONNECTIONS} connections`, '/s', ...size.rateTargets),
  ];
}

async function addedDelay(run: Run, runners: readonly Runner[], size: Size): Promise<Figure[]> {
  if (size.delayTarget === undefined) return [];
  const added = new Series();
  const load = loadOf(size, { connections: 1, perConnection: size.sequential, forMs: 10_000 });
  let directMs = Number.NaN;
  // The upstream itself takes part in every round; it comes first, because the others are compared with it.
  for (let round = 0; round < run.scale.rounds; round += 1) {
    directMs = median((await loadOn(run, 'upstream', run.upstream, load)).totalMs);
    await inTurns(1, round % 2 === 0 ? runners : runners.toReversed(), async ({ name, child }) => {
      const { totalMs } = await loadOn(run, name, child, load);
      added.add(name, (median(totalMs) - directMs) * 1000);
    });
  }
  return [added.figure(`added latency p50, ${size.label}, one connection`, 'µs', size.delayTarget)];
}

/** CPU per request, requests per second, added latency, and the most memory all that took. */
export function measureRequests(run: Run): Promise<Figure[]> {
  return withSubjects(run, async (runners) => {
    const figures: Figure[] = [];
    for (const size of sizes) {
      figures.push(...(await throughput(run, runners, size)), ...(await addedDelay(run, runners, size)));
    }
    const peak = new Series();
    for (const { name, child } of runners) peak.add(name, peakMb(child.pid));
    return [...figures, peak.figure('memory, peak of the above', 'MB', ratioAtMost(1.4))];
  });
}
