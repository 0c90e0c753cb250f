// A process over its life: how soon it answers, what memory it needs idle and with many streams open, and
// whether it grows.
import { ratioAtMost, Series, valueAtMost, type Figure } from '../figure.ts';
import { sleep } from '../load.ts';
import { residentMb } from '../process-figures.ts';
import { inTurns, loadOn, withSubjects, type Run } from '../run.ts';
import { median } from '../stats.ts';
import { chatRequest, expectedReply } from '../wire.ts';

const IDLE_AFTER_MS = 3_000;
const PROMPT_BYTES = 2_048;
const plain = { kind: 'plain' } as const;
const plainLoad = { request: chatRequest(plain, PROMPT_BYTES), reply: expectedReply(plain) };

/** Start to the first answer, and memory three seconds later. */
export async function measureStart(run: Run): Promise<Figure[]> {
  const start = new Series();
  const idle = new Series();
  await inTurns(run.scale.starts, run.subjects, async (subject) => {
    const child = await subject.start();
    try {
      await loadOn(run, subject.name, child, {
        ...plainLoad,
        connections: 1,
        perConnection: 1,
        forMs: 10_000,
      });
      start.add(subject.name, performance.now() - child.startedAtMs);
      await sleep(IDLE_AFTER_MS);
      idle.add(subject.name, residentMb(child.pid));
    } finally {
      await child.end();
    }
  });
  return [
    start.figure('start to the first answer', 'ms', ratioAtMost(1.5)),
    idle.figure('memory, idle', 'MB', ratioAtMost(1.3), valueAtMost(80)),
  ];
}

/** Memory with many streams open. */
export function measureOpenStreams(run: Run): Promise<Figure[]> {
  return withSubjects(run, async (runners) => {
    const memory = new Series();
    const script = { kind: 'paced', perSecond: 1, chunks: 5 } as const;
    const openingMs = 2_000;
    const load = {
      request: chatRequest(script, PROMPT_BYTES),
      reply: expectedReply(script),
      connections: run.scale.openStreams,
      perConnection: 1,
      forMs: 30_000,
      staggerMs: openingMs,
    };
    // Memory does not mind company: all at once.
    await Promise.all(
      runners.map(async ({ name, child }) => {
        const streaming = loadOn(run, name, child, load);
        await sleep(openingMs + 1_000);
        memory.add(name, residentMb(child.pid));
        await streaming;
      }),
    );
    const streams = run.scale.openStreams.toLocaleString('en');
    return [memory.figure(`memory with ${streams} open streams`, 'MB', ratioAtMost(1.4))];
  });
}

/** The heap has found its size after this many requests. */
const SETTLING_REQUESTS = 10_000;

/** How much memory grows with the number of requests served; not part of a quick run. */
export async function measureGrowth(run: Run): Promise<Figure[]> {
  if (run.scale.growthRequests === 0) return [];
  return withSubjects(run, async (runners) => {
    const growth = new Series();
    const connections = 16;
    const requests = run.scale.growthRequests;
    for (const { name, child } of runners) {
      const load = (count: number): Promise<unknown> =>
        loadOn(run, name, child, {
          ...plainLoad,
          connections,
          perConnection: Math.round(count / connections),
          forMs: 300_000,
        });
      /** The heap breathes: what is kept shows in the middle of several looks. */
      const settledMb = async (): Promise<number> => {
        const looks: number[] = [];
        for (let look = 0; look < 5; look += 1) {
          await load(1_000);
          looks.push(residentMb(child.pid));
        }
        return median(looks);
      };
      await load(SETTLING_REQUESTS);
      const before = await settledMb();
      await load(requests);
      growth.add(name, ((await settledMb()) - before) / (requests / 1_000));
    }
    const title = `memory growth per 1,000 requests, over ${requests.toLocaleString('en')}`;
    return [growth.figure(title, 'MB', valueAtMost(0.15))];
  });
}
