// `npm run chaos`: a storm of failures against First Hop, a direct connection and another gateway, in one run. How
// to read and repeat it: docs/chaos.md.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProduct, findRoot, versionOf } from '../bench/product.ts';
import { lanes } from './lane.ts';
import { readOptions, type Options } from './options.ts';
import { nameOf, planOf, type Plan } from './plan.ts';
import { trueReply } from './reply.ts';
import { evidenceOf, summaryOf, writeResults, type Outcome } from './report.ts';
import { AT_ONCE, runStorm, type Result } from './storm.ts';
import { startSubject, type SubjectName, type Surroundings } from './subjects.ts';
import { startStormUpstream, type StormUpstream } from './upstream.ts';

/** No run takes longer, whatever hangs. */
const LONGEST_MINUTES = 15;

interface Storm {
  /** One good request of each lane, to begin with. */
  readonly warmUp: readonly Plan[];
  readonly plans: readonly Plan[];
}

/** Plain and streamed by turns. */
function stormOf({ seed, requests, afterFirstWord, only }: Options): Storm {
  const numbered = (number: number): Plan[] =>
    lanes.map((lane) => planOf(seed, lane, number, afterFirstWord));
  const plans = Array.from({ length: requests }, (_, index) => numbered(index + 1)).flat();
  const wanted = plans.filter((plan) => only.length === 0 || only.includes(nameOf(plan)));
  if (wanted.length === 0)
    throw new Error(`--only ${only.join(',')}: there is no such request in this storm`);
  return { warmUp: numbered(0), plans: wanted };
}

/** Starts one subject, sends the storm through it, ends it. */
async function runSubject(
  name: SubjectName,
  surroundings: Surroundings,
  { warmUp, plans }: Storm,
  upstream: StormUpstream,
): Promise<Outcome> {
  let subject;
  try {
    subject = await startSubject(name, surroundings);
  } catch (error) {
    // Without First Hop there is nothing to find out; without the others, less.
    if (name === 'first-hop') throw error;
    return { name, about: name, notRun: error instanceof Error ? error.message : String(error), results: [] };
  }
  const warmed = await runStorm(name, subject, warmUp, upstream, AT_ONCE);
  const cold = warmed.filter(({ fate }) => fate !== 'delivered').map(evidenceOf);
  const about = [subject.about, ...cold.map((evidence) => `BAD EVEN IN GOOD WEATHER: ${evidence}`)].join(
    '; ',
  );
  const results = await runStorm(name, subject, plans, upstream, AT_ONCE);
  await subject.end();
  console.error(`chaos: ${name} is through`);
  return { name, about, results };
}

/** Why First Hop does not pass. Words alone are right only where the user had seen a part of the reply. */
function isProblem({ fate, plan }: Result): boolean {
  if (fate === 'delivered') return false;
  return fate !== 'told' || plan.failures.every(({ when }) => when === 'before the first word');
}

async function main(): Promise<number> {
  const startedAt = new Date();
  const args = process.argv.slice(2);
  const options = readOptions(args);
  const root = findRoot();
  buildProduct(root);
  const folder = mkdtempSync(join(tmpdir(), 'first-hop-chaos-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  setTimeout(() => {
    console.error(`chaos: given up after ${LONGEST_MINUTES} minutes`);
    process.exit(1);
  }, LONGEST_MINUTES * 60_000).unref();

  const storm = stormOf(options);
  const byName = new Map([...storm.warmUp, ...storm.plans].map((plan) => [nameOf(plan), plan]));
  const upstream = await startStormUpstream((name) => byName.get(name), trueReply);
  const version = versionOf(root);
  const surroundings = { root, version, folder, upstream: upstream.url };
  const outcomes = await Promise.all(
    options.subjects.map((name) => runSubject(name, surroundings, storm, upstream)),
  );
  await upstream.close();
  const ours = outcomes.find(({ name }) => name === 'first-hop')?.results ?? [];
  const about = {
    startedAt,
    label: options.label,
    command: ['npm run chaos', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    seed: options.seed,
    afterFirstWord: options.afterFirstWord,
    version,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    problems: ours.filter(isProblem).map(evidenceOf),
  };
  console.log(summaryOf(outcomes, about));
  console.log(`written: ${writeResults(root, outcomes, about)}.md and .json`);
  return about.problems.length === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`chaos: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
