// Streams: what passing on a chunk costs, how much later chunks come, and how many streams can be held at once.
import { ratioAtMost, Series, valueAtLeast, type Figure } from '../figure.ts';
import type { Load } from '../load.ts';
import { cpuMs } from '../process-figures.ts';
import { inTurns, loadOn, withSubjects, type Run } from '../run.ts';
import { median, percentile } from '../stats.ts';
import { chatRequest, expectedReply, type Script } from '../wire.ts';

const PROMPT_BYTES = 2_048;
const FAST_STREAMS = 64;
const FAST_CHUNKS = 1_000;
const PACED_STREAMS = 100;
const CHUNKS_PER_SECOND = 20;
/** A paced stream is followed by another on the same connection, so that streams open while others run. */
const PACED_PER_CONNECTION = 2;
const WARM_UP_MS = 1_000;
const MOST_CHUNK_DELAY_MS = 50;
const LONGEST_MS = 30_000;

const loadOf = (script: Script): Pick<Load, 'request' | 'reply'> => ({
  request: chatRequest(script, PROMPT_BYTES),
  reply: expectedReply(script),
});

/** CPU per 1,000 chunks of streams that come as fast as they are taken. */
export function measureFastStreams(run: Run): Promise<Figure[]> {
  return withSubjects(run, async (runners) => {
    const cpu = new Series();
    const load = {
      ...loadOf({ kind: 'fast', chunks: FAST_CHUNKS }),
      connections: FAST_STREAMS,
      perConnection: 1_000,
      forMs: run.scale.roundMs,
    };
    for (const { name, child } of runners) await loadOn(run, name, child, { ...load, forMs: WARM_UP_MS });
    await inTurns(run.scale.rounds, runners, async ({ name, child }) => {
      const before = cpuMs(child.pid);
      const { requests } = await loadOn(run, name, child, load);
      cpu.add(name, (cpuMs(child.pid) - before) / ((requests * FAST_CHUNKS) / 1000));
    });
    return [cpu.figure(`CPU per 1,000 chunks, ${FAST_STREAMS} fast streams`, 'ms', ratioAtMost(2))];
  });
}

/** CPU per 1,000 chunks and added delays of streams as they come from a model. */
export function measurePacedStreams(run: Run): Promise<Figure[]> {
  return withSubjects(run, async (runners) => {
    const cpu = new Series();
    const firstChunk = new Series();
    const chunk = new Series();
    const chunks = run.scale.pacedChunks;
    const load = {
      ...loadOf({ kind: 'paced', perSecond: CHUNKS_PER_SECOND, chunks }),
      connections: PACED_STREAMS,
      perConnection: PACED_PER_CONNECTION,
      forMs: LONGEST_MS,
      staggerMs: (chunks * 1000) / CHUNKS_PER_SECOND,
      watchFrames: true,
    };
    const warmUp = {
      ...load,
      ...loadOf({ kind: 'fast', chunks: FAST_CHUNKS }),
      connections: 16,
      staggerMs: 0,
    };
    for (const { name, child } of runners) {
      await loadOn(run, name, child, { ...warmUp, perConnection: 8, watchFrames: false });
    }
    for (let round = 0; round < run.scale.pacedRounds; round += 1) {
      const direct = await loadOn(run, 'upstream', run.upstream, load);
      await inTurns(1, round % 2 === 0 ? runners : runners.toReversed(), async ({ name, child }) => {
        const before = cpuMs(child.pid);
        const { requests, firstFrameMs, frameDelayMs } = await loadOn(run, name, child, load);
        cpu.add(name, (cpuMs(child.pid) - before) / ((requests * chunks) / 1000));
        firstChunk.add(name, median(firstFrameMs) - median(direct.firstFrameMs));
        chunk.add(name, percentile(frameDelayMs, 0.99) - percentile(direct.frameDelayMs, 0.99));
      });
    }
    const what = `${PACED_STREAMS} paced streams`;
    return [
      cpu.figure(`CPU per 1,000 chunks, ${what}`, 'ms', ratioAtMost(1.5)),
      firstChunk.figure(`added to the first chunk p50, ${what}`, 'ms', ratioAtMost(2)),
      chunk.figure(`added per chunk p99, ${what}`, 'ms'),
    ];
  });
}

/** The most paced streams at once whose chunks come within 50 ms (p99); part of a full run. */
export async function measureHeldStreams(run: Run): Promise<Figure[]> {
  if (run.scale.heldStreams.length === 0) return [];
  const held = new Series();
  const script = { kind: 'paced', perSecond: CHUNKS_PER_SECOND, chunks: 120 } as const;
  for (const subject of run.subjects) {
    let most = 0;
    const child = await subject.start();
    try {
      for (const streams of run.scale.heldStreams) {
        const load = {
          ...loadOf(script),
          connections: streams,
          perConnection: 1,
          forMs: LONGEST_MS,
          staggerMs: 2_000,
        };
        const { frameDelayMs, failures } = await loadOn(run, subject.name, child, {
          ...load,
          watchFrames: true,
        });
        if (failures.length > 0 || percentile(frameDelayMs, 0.99) > MOST_CHUNK_DELAY_MS) break;
        most = streams;
      }
    } finally {
      await child.end();
    }
    held.add(subject.name, most);
  }
  const title = `paced streams held, chunk delay p99 below ${MOST_CHUNK_DELAY_MS} ms`;
  return [held.figure(title, 'streams', valueAtLeast(Math.max(...run.scale.heldStreams)))];
}
