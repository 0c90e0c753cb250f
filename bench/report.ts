// What the reader gets: a table on the terminal, and the same with all rounds in two files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { isMet, PRODUCT, ratioOf, valueOf, YARDSTICK, type Figure, type Target } from './figure.ts';
import type { Scale } from './run.ts';

/** What a result must say about how it came about. */
export interface Circumstances {
  readonly startedAt: Date;
  readonly label: string;
  readonly command: string;
  readonly scale: Scale;
  readonly pinning: string;
  readonly subjects: readonly string[];
  readonly failures: readonly string[];
  readonly seconds: number;
}

const NOT_MEASURED = '–';

/** Three significant digits, or a whole number. */
function shown(value: number): string {
  if (!Number.isFinite(value)) return NOT_MEASURED;
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

const ratioShown = (value: number): string =>
  Number.isFinite(value) ? `× ${value.toFixed(2)}` : NOT_MEASURED;

function targetShown({ of, should, limit }: Target, unit: string): string {
  const sign = should === 'at most' ? '≤' : '≥';
  return of === 'ratio' ? `${sign} × ${limit}` : `${sign} ${limit.toLocaleString('en')} ${unit}`;
}

function metShown(figure: Figure): string {
  const met = figure.targets.map((target) => isMet(figure, target)).filter((answer) => answer !== undefined);
  if (met.length === 0) return NOT_MEASURED;
  return met.every(Boolean) ? 'met' : 'NOT MET';
}

/** A figure with a target of its own may be near or below zero, where a ratio says nothing. */
function hasRatio({ targets }: Figure): boolean {
  return targets.length === 0 || targets.some(({ of }) => of === 'ratio');
}

function ratioCell(figure: Figure, subject: string): string {
  return hasRatio(figure) ? ratioShown(ratioOf(figure, subject)) : NOT_MEASURED;
}

function rowsOf(figures: readonly Figure[], subjects: readonly string[]): string[][] {
  const others = subjects.filter((name) => name !== YARDSTICK);
  const head = ['figure', 'unit', YARDSTICK, ...others.flatMap((name) => [name, 'ratio']), 'target', PRODUCT];
  const rows = figures.map((figure) => [
    figure.title,
    figure.unit,
    shown(valueOf(figure, YARDSTICK)),
    ...others.flatMap((name) => [shown(valueOf(figure, name)), ratioCell(figure, name)]),
    figure.targets.map((target) => targetShown(target, figure.unit)).join(', ') || NOT_MEASURED,
    metShown(figure),
  ]);
  return [head, ...rows];
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The figures as a Markdown table that also reads well as it is. */
export function tableOf(figures: readonly Figure[], subjects: readonly string[]): string {
  const rows = rowsOf(figures, subjects);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => column > 1 && column < widths.length - 2;
  const padded = rows.map((row) =>
    line(
      row.map((cell, column) =>
        isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      ),
    ),
  );
  const rule = line(
    widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
  );
  return [padded[0], rule, ...padded.slice(1)].join('\n');
}

function sentences({ scale, pinning, seconds, failures }: Circumstances): string[] {
  return [
    `Node ${process.versions.node}, ${platform()} ${arch()}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; ${pinning}.`,
    `A ${scale.name} run of ${Math.round(seconds)} s. Values are medians of interleaved rounds, ratios the medians of each round's ratio to ${YARDSTICK}; only ratios within one run can be compared.`,
    failures.length === 0
      ? 'Every reply was checked and was right.'
      : `${failures.length} WRONG REPLIES; the figures are worth nothing.`,
  ];
}

/** Writes bench/results/DATE-LABEL.md and .json. @returns the path of the first, without its extension */
export function writeResults(root: string, figures: readonly Figure[], about: Circumstances): string {
  const folder = join(root, 'bench', 'results');
  mkdirSync(folder, { recursive: true });
  const date = about.startedAt.toISOString().slice(0, 10);
  const base = join(folder, `${date}-${about.label}`);
  const { subjects, command, failures } = about;
  const facts = {
    date: about.startedAt.toISOString(),
    command,
    scale: about.scale,
    node: process.versions.node,
    platform: `${platform()} ${arch()}`,
    cores: cpus().length,
    processor: cpus()[0]?.model,
    pinning: about.pinning,
    failures: failures.slice(0, 20),
  };
  const figuresInFull = figures.map((figure) => ({
    title: figure.title,
    unit: figure.unit,
    targets: figure.targets,
    subjects: subjects.map((name) => ({
      name,
      value: valueOf(figure, name),
      ratio: ratioOf(figure, name),
      rounds: figure.values.get(name) ?? [],
    })),
  }));
  writeFileSync(`${base}.json`, `${JSON.stringify({ ...facts, figures: figuresInFull }, null, 1)}\n`);
  const parts = [
    `# ${date} ${about.label}`,
    `\`${command}\``,
    ...sentences(about),
    tableOf(figures, subjects),
  ];
  writeFileSync(`${base}.md`, `${parts.join('\n\n')}\n`);
  return base;
}

/** What stands on the terminal at the end. */
export function summaryOf(figures: readonly Figure[], about: Circumstances): string {
  const wrong = about.failures.slice(0, 5).map((failure) => `  wrong: ${failure}`);
  return [tableOf(figures, about.subjects), ...sentences(about), ...wrong].join('\n');
}
