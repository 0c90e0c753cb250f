// `first-hop try`: shows what the text rules of a configuration do to a text, a request or a reply.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ruleRunner } from '../rewrite/budget.ts';
import { replyRules, requestRules } from '../rewrite/rules.ts';
import { textChanges } from '../rewrite/text-diff.ts';
import { trialTexts, tryRules } from '../rewrite/trial.ts';
import type { TrialResult } from '../rewrite/trial.ts';
import { chooseConfig } from './choose-config.ts';
import { FAILED, OK } from './machine.ts';
import type { Machine } from './machine.ts';

/** What stands after `try`. */
export interface TryOptions {
  readonly config?: string;
  readonly reply?: true;
}

/** Of one rule on one text. */
const MAX_CHANGES_SHOWN = 5;

/**
 * Runs the rules and tells what each has changed. Returns the exit code.
 * @param file undefined or `-`: standard input
 */
export async function tryCommand(
  file: string | undefined,
  options: TryOptions,
  machine: Machine,
): Promise<number> {
  const { clock, log, rewriteWorker: workerFile } = machine;
  const chosen = await chooseConfig(options.config, machine);
  const input = chosen && (await inputOf(file, machine));
  if (chosen === undefined || input === undefined) return FAILED;
  const { of, texts } = trialTexts(input, options.reply === true);
  const rules = of === 'request' ? requestRules(chosen.config) : replyRules(chosen.config);
  const section = of === 'request' ? 'regex_replacement' : 'response_processing';
  if (rules.length === 0) {
    log.info(`There is no rule to try: ${section} has none that is switched on.`);
    return OK;
  }
  const runner = ruleRunner(rules, { clock, log, workerFile });
  const results = await tryRules(runner, texts, clock);
  await runner.close();
  for (const line of report(results, machine)) log.info(line);
  return OK;
}

async function inputOf(file: string | undefined, machine: Machine): Promise<string | undefined> {
  if (file === undefined || file === '-') return machine.readInput();
  const path = resolve(machine.cwd, file);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    machine.log.error(`${path} can not be read: ${String(error).replace(/^Error: /, '')}`);
    return undefined;
  }
}

function report(results: readonly TrialResult[], { paint }: Machine): readonly string[] {
  const active = results.filter(({ changes, isStopped }) => changes.length > 0 || isStopped);
  const lines = active.flatMap(({ name, changes, elapsedMs, isStopped }) => [
    paint('bold', `${name}  ${elapsedMs.toFixed(2)} ms`),
    ...(isStopped
      ? ['  took too long for a text, where First Hop would leave it out: simplify its pattern']
      : []),
    ...changes.flatMap(({ where, before, after }) => {
      const all = textChanges(before, after);
      const more = all.length - MAX_CHANGES_SHOWN;
      return [
        `  ${where}`,
        ...all
          .slice(0, MAX_CHANGES_SHOWN)
          .flatMap(({ removed, added }) => [paint('red', `  - ${removed}`), paint('green', `  + ${added}`)]),
        ...(more > 0 ? [`  … and ${more} more`] : []),
      ];
    }),
  ]);
  const changing = results.filter(({ changes }) => changes.length > 0).length;
  const totalMs = results.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const summary = `${changing} of ${results.length} rules changed something, in ${totalMs.toFixed(2)} ms all together.`;
  return [...lines, summary];
}
