// `npm run soak`: First Hop under mixed requests with failures for a long time. Passes when every reply arrives and
// the memory stays flat. How to read it: docs/soak.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildProduct, findRoot, versionOf } from '../bench/product.ts';
import { lanes, type Lane } from '../chaos/lane.ts';
import { planOf, type Plan } from '../chaos/plan.ts';
import { randomOf } from '../chaos/random.ts';
import { trueReply } from '../chaos/reply.ts';
import { evidenceOf } from '../chaos/report.ts';
import { runStorm, type Result } from '../chaos/storm.ts';
import { startSubject } from '../chaos/subjects.ts';
import { startStormUpstream } from '../chaos/upstream.ts';
import { sse, type Answer } from '../test/support/answers.ts';
import { chunk, doneFrame, finishChunk, roleChunk } from '../test/support/openai.ts';
import { slopeOf, tableOf, watchMemory } from './memory.ts';
import { readOptions, type Options } from './options.ts';

/** Of issue and documentation: the last third of the run may not grow faster. */
const MOST_MB_PER_MINUTE = 1;
/** A short run is still warming up; a leak that matters is far above this. */
const MOST_MB_PER_MINUTE_WARMING_UP = 30;
/** A model's pace: a word now and then, two to four seconds in all. */
const STREAM_MS = { least: 2_000, most: 4_000 } as const;
const TABLE_ROWS = 10;
const MOST_SHOWN = 20;

/** Four streams to one plain request, as chats are, until the time is over. */
function* plansUntil(deadlineMs: number, seed: number): Generator<Plan> {
  for (let number = 1; performance.now() < deadlineMs; number += 1) {
    yield planOf(seed, number % 5 === 0 ? 'plain' : 'streamed', number, true);
  }
}

/** A stream at the pace of a model. */
function pacedReply(lane: Lane, text: string): Answer {
  if (lane === 'plain') return trueReply(lane, text);
  const random = randomOf('pace', text);
  const words = text.match(/\s*\S+/g) ?? [];
  const pauseMs = random.between(STREAM_MS.least, STREAM_MS.most) / words.length;
  const steps = words.flatMap((word, index) => [sleep(pauseMs * index), chunk(word)]);
  return sse([roleChunk(), ...steps, finishChunk(), doneFrame]);
}

function planNamed(name: string, seed: number): Plan | undefined {
  const [lane, number] = name.split('-');
  const known = lanes.find((candidate) => candidate === lane);
  return known === undefined ? undefined : planOf(seed, known, Number(number), true);
}

function sentencesOf(results: readonly Result[], slope: number, limit: number, options: Options): string[] {
  const count = (fate: Result['fate']): number => results.filter((result) => result.fate === fate).length;
  const attempts = results.reduce((sum, result) => sum + result.attempts, 0);
  return [
    `${results.length} requests in ${options.minutes} min, ${options.streams} at once, ${attempts} attempts at the upstream:`,
    `${count('delivered')} delivered exactly, ${count('told')} told in words, ${count('silent')} failed without words, ${count('blank')} blank, ${count('wrong')} wrong, ${count('hung')} hung.`,
    `Memory over the last third: ${slope.toFixed(2)} MB a minute (at most ${limit}).`,
  ];
}

async function main(): Promise<number> {
  const startedAt = new Date();
  const options = readOptions(process.argv.slice(2));
  const root = findRoot();
  buildProduct(root);
  const folder = mkdtempSync(join(tmpdir(), 'first-hop-soak-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const upstream = await startStormUpstream((name) => planNamed(name, options.seed), pacedReply);
  const version = versionOf(root);
  const subject = await startSubject('first-hop', { root, version, folder, upstream: upstream.url });
  const memory = watchMemory(subject.pid);
  const deadlineMs = performance.now() + options.minutes * 60_000;
  const plans = plansUntil(deadlineMs, options.seed);
  // Only an upstream that has marked the end of a stream before can be told to have cut one.
  const warmUp = lanes.map((lane) => planOf(options.seed, lane, 0, true));
  await runStorm('first-hop', subject, warmUp, upstream, 1);
  const results = await runStorm('first-hop', subject, plans, upstream, options.streams);
  memory.stop();
  await subject.end();
  await upstream.close();

  // What happens after the last request has been sent is the end, not the run.
  const slope = slopeOf(memory.samples, (options.minutes * 2) / 3, options.minutes);
  const limit = options.isShort ? MOST_MB_PER_MINUTE_WARMING_UP : MOST_MB_PER_MINUTE;
  const said = sentencesOf(results, slope, limit, options);
  const table = tableOf(memory.samples, TABLE_ROWS);
  console.log([table, '', ...said].join('\n'));
  if (options.label !== '') {
    const base = `${startedAt.toISOString().slice(0, 10)}-${options.label}`;
    const parts = [`# ${base}`, `First Hop ${version}`, said.join('\n'), table];
    mkdirSync(join(root, 'bench', 'results'), { recursive: true });
    writeFileSync(join(root, 'bench', 'results', `${base}.md`), `${parts.join('\n\n')}\n`);
  }
  // Words are right where the upstream broke off more often than a reply is continued.
  const problems = results.filter(({ fate }) => fate !== 'delivered' && fate !== 'told');
  for (const problem of problems.slice(0, MOST_SHOWN)) console.log(evidenceOf(problem));
  return results.length > 0 && problems.length === 0 && slope < limit ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`soak: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
