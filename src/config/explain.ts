// Problems of a configuration, and how they read. Where they are found is the business of the other files.
import type { Log } from '../std/log.ts';
import { hideEverythingLikeAKey } from './secrets.ts';

/** Something wrong, or worth knowing, at one place of a configuration. */
export interface Problem {
  /** A configuration with an error is not used; one with warnings is. */
  readonly severity: 'error' | 'warning';
  /** The file as the caller named it, or `environment variable NAME`. */
  readonly file: string;
  /** Line and column, from 1; absent for a variable or a file as a whole. */
  readonly line?: number;
  readonly column?: number;
  /** The key, e.g. `error_handling.max_retries`; empty for a file as a whole. */
  readonly path: string;
  /** What stands there and what is allowed, without secrets. */
  readonly message: string;
  /** What was probably meant, as it should be written. */
  readonly suggestion?: string;
}

/** One line for a person: `config.yaml:12:16 error_handling.max_retries: "ten" is not a whole number of 0 or more`. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const warning = problem.severity === 'warning' ? ' (warning)' : '';
  const path = problem.path === '' ? '' : ` ${problem.path}`;
  const suggestion = problem.suggestion === undefined ? '' : `; did you mean ${problem.suggestion}?`;
  return `${place}${warning}${path}: ${problem.message}${suggestion}`;
}

/** In the order of the file; what has no place in it comes last. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const last = Number.MAX_SAFE_INTEGER;
  return problems.toSorted(
    (a, b) => (a.line ?? last) - (b.line ?? last) || (a.column ?? last) - (b.column ?? last),
  );
}

/** A path as people write it: `rules[0].pattern`. Even a key may hold a secret, typed into the wrong place. */
export function formatPath(path: readonly (string | number)[]): string {
  const steps = path.map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${hideEverythingLikeAKey(step)}`,
  );
  return steps.join('').replace(/^\./, '');
}

/** Tells every problem on a line of its own: errors as errors, warnings as warnings. */
export function reportProblems(problems: readonly Problem[], log: Log): void {
  for (const problem of problems) {
    log[problem.severity === 'error' ? 'error' : 'warn'](formatProblem(problem));
  }
}
