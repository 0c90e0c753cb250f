// `npm run bench`: measures First Hop against a minimal Node proxy in one run. How to read it: docs/benchmark.md.
import { build } from 'esbuild';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findCores, pinThisProcess, startChild, type Cores } from './children.ts';
import type { Figure } from './figure.ts';
import { measureGrowth, measureOpenStreams, measureStart } from './figures/lifetime.ts';
import { measureRequests } from './figures/requests.ts';
import { measureRewriting } from './figures/rewriting.ts';
import { measureFastStreams, measureHeldStreams, measurePacedStreams } from './figures/streams.ts';
import { canReadProcesses } from './process-figures.ts';
import { summaryOf, writeResults } from './report.ts';
import { buildProduct, findRoot } from './product.ts';
import { scales, type Run, type Scale } from './run.ts';
import { otherSubject, productSubject, rawSubject, type Surroundings } from './subjects.ts';

const parts = {
  start: measureStart,
  requests: measureRequests,
  rewriting: measureRewriting,
  fast: measureFastStreams,
  paced: measurePacedStreams,
  open: measureOpenStreams,
  growth: measureGrowth,
  held: measureHeldStreams,
} as const satisfies Record<string, (run: Run) => Promise<Figure[]>>;

const usage = `npm run bench -- [--quick | --full] [--only ${Object.keys(parts).join(',')}] [--also "NAME=COMMAND"] [--rounds N] [--label TEXT] [--no-product]`;

/** No run takes longer, whatever hangs. */
const LONGEST_MINUTES = { quick: 3, default: 12, full: 60 } as const;

interface Options {
  readonly scale: Scale;
  readonly only: readonly string[];
  readonly also: readonly string[];
  readonly label: string;
  readonly product: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string', default: Object.keys(parts).join(',') },
      also: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
      label: { type: 'string' },
      'no-product': { type: 'boolean', default: false },
    },
  });
  const base = values.quick ? scales.quick : values.full ? scales.full : scales.default;
  const rounds = Number(values.rounds ?? base.rounds);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) {
    throw new Error(`--rounds ${values.rounds}: a whole number from 1 to 100 is expected`);
  }
  const scale = { ...base, rounds };
  const only = values.only.split(',');
  const unknown = only.filter((part) => !(part in parts));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(',')}: there is no such part\nusage: ${usage}`);
  const label = (values.label ?? scale.name).replaceAll(/[^\w.-]+/g, '-');
  return { scale, only, also: values.also, label, product: !values['no-product'] };
}

/** Bundles the two helper programs beside this one, where Node finds the project's packages. */
async function buildProcesses(root: string): Promise<{ readonly upstream: string; readonly raw: string }> {
  const outdir = join(root, 'node_modules', '.cache', 'first-hop', `bench-${process.pid}`);
  process.on('exit', () => rmSync(outdir, { recursive: true, force: true }));
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/processes/upstream.ts', 'bench/processes/raw.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
  });
  return { upstream: join(outdir, 'upstream.mjs'), raw: join(outdir, 'raw.mjs') };
}

function pinningOf(cores: Cores | undefined): string {
  return cores === undefined
    ? 'not pinned to cores (needs Linux, taskset and two cores)'
    : `load and upstream on core ${cores.load}, the proxy on core ${cores.proxy}`;
}

async function measure(options: Options, run: Run): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (!options.only.includes(name)) continue;
    console.error(`bench: ${name} …`);
    figures.push(...(await part(run)));
  }
  return figures;
}

async function main(): Promise<number> {
  const startedAt = new Date();
  const options = readOptions();
  const root = findRoot();
  if (options.product && existsSync(join(root, 'src', 'main.ts'))) buildProduct(root);
  const files = await buildProcesses(root);
  const folder = mkdtempSync(join(tmpdir(), 'first-hop-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const cores = findCores();
  if (cores !== undefined) pinThisProcess(cores.load);
  if (!canReadProcesses) console.error('bench: CPU and memory are not measured here (they need Linux)');
  const minutes = LONGEST_MINUTES[options.scale.name];
  setTimeout(() => {
    console.error(`bench: given up after ${minutes} minutes`);
    process.exit(1);
  }, minutes * 60_000).unref();

  const upstream = await startChild('upstream', [process.execPath, files.upstream], folder, cores?.load);
  const surroundings: Surroundings = {
    root,
    folder,
    upstream: `http://127.0.0.1:${upstream.port}`,
    core: cores?.proxy,
  };
  const product = options.product ? productSubject(surroundings) : undefined;
  const subjects = [
    rawSubject(files.raw, surroundings),
    ...(product === undefined ? [] : [product]),
    ...options.also.map((text) => otherSubject(text, surroundings)),
  ];
  const run: Run = { scale: options.scale, subjects, upstream, failures: [] };
  const figures = await measure(options, run);
  await upstream.end();
  const about = {
    startedAt,
    label: options.label,
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
    scale: options.scale,
    pinning: pinningOf(cores),
    subjects: subjects.map(({ name }) => name),
    failures: run.failures,
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
  console.log(summaryOf(figures, about));
  console.log(`written: ${writeResults(root, figures, about)}.md and .json`);
  return run.failures.length === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
