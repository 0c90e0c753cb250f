// What the reader gets: the counts as a table, what was not delivered and why, and the same with every such request
// in two files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { fates, type Fate } from './judge.ts';
import { lanes } from './lane.ts';
import { FAILING_SHARE, nameOf } from './plan.ts';
import type { Result } from './storm.ts';
import type { SubjectName } from './subjects.ts';

/** One subject's storm. */
export interface Outcome {
  readonly name: SubjectName;
  readonly about: string;
  /** Why there are no results. */
  readonly notRun?: string;
  readonly results: readonly Result[];
}

/** What a result must say about how it came about. */
export interface Circumstances {
  readonly startedAt: Date;
  readonly label: string;
  readonly command: string;
  readonly seed: number;
  readonly afterFirstWord: boolean;
  readonly version: string;
  readonly seconds: number;
  /** What the run found wrong with First Hop. */
  readonly problems: readonly string[];
}

const fateTitles: Readonly<Record<Fate, string>> = {
  delivered: 'delivered exactly',
  told: 'told in words',
  silent: 'failed without words',
  blank: 'blank',
  wrong: 'wrong text',
  hung: 'hung',
};

const countOf = (results: readonly Result[], fate: Fate): number =>
  results.filter((result) => result.fate === fate).length;
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What broke a request in the end, for the user: the failure its last attempt met. */
function lastFailure({ plan, attempts }: Result): string {
  return plan.failures[Math.max(0, attempts - 1)]?.name ?? 'none: the true reply was sent';
}

/** The rest stands in the .json file. */
const MOST_SHOWN = 20;

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function markdown(rows: readonly (readonly string[])[], leftColumns: number): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const padded = rows.map((row) =>
    line(
      row.map((cell, column) =>
        column < leftColumns ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      ),
    ),
  );
  const rule = widths.map((width, column) =>
    column < leftColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [padded[0], line(rule), ...padded.slice(1)].join('\n');
}

/** The counts of all subjects, plain and streamed apart. */
export function countsTable(outcomes: readonly Outcome[]): string {
  const head = ['', '', 'requests', ...fates.map((fate) => fateTitles[fate]), 'attempts', 'needed'];
  const rows = outcomes.flatMap(({ name, results }) =>
    lanes.flatMap((lane) => {
      const ofLane = results.filter(({ plan }) => plan.lane === lane);
      if (ofLane.length === 0) return [];
      const counts = fates.map((fate) => countOf(ofLane, fate));
      const [delivered = 0, ...others] = counts;
      return [
        [
          name,
          lane,
          String(ofLane.length),
          `${delivered} (${((100 * delivered) / ofLane.length).toFixed(1)} %)`,
          ...others.map(String),
          String(total(ofLane.map(({ attempts }) => attempts))),
          String(total(ofLane.map(({ plan }) => plan.failures.length + 1))),
        ],
      ];
    }),
  );
  return markdown([head, ...rows], 2);
}

/** Which failures reached the user, and as what; empty when none did. */
function failuresTable(outcomes: readonly Outcome[]): string {
  const lost = outcomes.flatMap(({ name, results }) =>
    results
      .filter(({ fate }) => fate !== 'delivered')
      .map((result) => ({ name, fate: result.fate, what: `${result.plan.lane}: ${lastFailure(result)}` })),
  );
  const kinds = [...new Set(lost.map(({ what }) => what))].sort();
  if (kinds.length === 0) return '';
  const cell = (name: string, what: string): string => {
    const mine = lost.filter((one) => one.name === name && one.what === what);
    const counts = fates.map((fate) => [fate, mine.filter((one) => one.fate === fate).length] as const);
    return counts
      .filter(([, count]) => count > 0)
      .map(([fate, count]) => `${count} ${fate}`)
      .join(', ');
  };
  const names = outcomes.map(({ name }) => name);
  return markdown(
    [
      ['the last attempt met', ...names],
      ...kinds.map((what) => [what, ...names.map((name) => cell(name, what))]),
    ],
    1 + names.length,
  );
}

function passed(outcomes: readonly Outcome[], { problems }: Circumstances): string {
  if (!outcomes.some(({ name }) => name === 'first-hop')) return 'First Hop did not take part.';
  if (problems.length === 0) return 'First Hop passes.';
  return `First Hop FAILS: ${problems.length} requests ended as they must not.`;
}

function sentences(outcomes: readonly Outcome[], about: Circumstances): string[] {
  const mode = about.afterFirstWord ? 'before and after the first word' : 'before the first word';
  return [
    `Seed ${about.seed}; ${100 * FAILING_SHARE} % of the attempts fail, up to four in a row, ${mode}. ${Math.round(about.seconds)} s.`,
    `First Hop ${about.version}, Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}.`,
    ...outcomes.map(
      ({ name, about, notRun }) => `- ${name}: ${notRun === undefined ? about : `NOT RUN: ${notRun}`}`,
    ),
    passed(outcomes, about),
  ];
}

/** One request that went wrong, with all that is needed to look into it. */
export function evidenceOf({ plan, fate, detail, attempts, tookMs }: Result): string {
  const planned = plan.failures.map(({ name }) => name).join(' → ') || 'no failure';
  return `${nameOf(plan)} ${fate} after ${attempts} attempts, ${tookMs} ms. Plan: ${planned}. Arrived: ${detail}`;
}

function shownProblems({ problems }: Circumstances): string[] {
  const rest = problems.length - MOST_SHOWN;
  const shown = problems.slice(0, MOST_SHOWN).map((problem) => `- ${problem}`);
  return rest > 0 ? [...shown, `- … and ${rest} more, in the .json file`] : shown;
}

/** All that is known, for programs and for looking closer. */
function factsOf(outcomes: readonly Outcome[], about: Circumstances): object {
  return {
    date: about.startedAt.toISOString(),
    command: about.command,
    seed: about.seed,
    afterFirstWord: about.afterFirstWord,
    firstHop: about.version,
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    seconds: Math.round(about.seconds),
    problems: about.problems.length,
    subjects: outcomes.map(({ name, about, notRun, results }) => ({
      name,
      about,
      notRun,
      counts: Object.fromEntries(
        lanes.map((lane) => {
          const ofLane = results.filter(({ plan }) => plan.lane === lane);
          return [lane, Object.fromEntries(fates.map((fate) => [fate, countOf(ofLane, fate)]))];
        }),
      ),
      notDelivered: results
        .filter(({ fate }) => fate !== 'delivered')
        .map((result) => ({
          request: nameOf(result.plan),
          plan: result.plan.failures.map(({ name }) => name),
          attempts: result.attempts,
          fate: result.fate,
          arrived: result.detail,
        })),
    })),
  };
}

/** Writes bench/results/DATE-LABEL.md and .json. @returns the path without its extension */
export function writeResults(root: string, outcomes: readonly Outcome[], about: Circumstances): string {
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const date = about.startedAt.toISOString().slice(0, 10);
  const base = join(folder, `${date}-${about.label}`);
  writeFileSync(`${base}.json`, `${JSON.stringify(factsOf(outcomes, about), null, 1)}\n`);
  const notDelivered = failuresTable(outcomes);
  const parts = [
    `# ${date} ${about.label}`,
    `\`${about.command}\``,
    sentences(outcomes, about).join('\n'),
    countsTable(outcomes),
    ...(about.problems.length === 0 ? [] : ['## What First Hop got wrong', shownProblems(about).join('\n')]),
    ...(notDelivered === '' ? [] : ['## What was not delivered', notDelivered]),
  ];
  writeFileSync(`${base}.md`, `${parts.join('\n\n')}\n`);
  return base;
}

/** What stands on the terminal at the end. */
export function summaryOf(outcomes: readonly Outcome[], about: Circumstances): string {
  return [countsTable(outcomes), ...sentences(outcomes, about), ...shownProblems(about)].join('\n');
}
