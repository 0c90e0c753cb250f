// From text to configuration: every problem at once, or a configuration with warnings at most.
import { dataOf, locate, parseConfig, positionOf } from './document.ts';
import { formatPath, inOrder, type Problem } from './explain.ts';
import { explainIssues } from './issues.ts';
import type { Path } from './json-schema.ts';
import { knownKeys } from './keys.ts';
import { overlappingCodes } from './overlaps.ts';
import { configSchema, type Config } from './schema.ts';
import {
  applyOverrides,
  OVERRIDES,
  substituteVariables,
  type Environment,
  type Override,
} from './variables.ts';
import { versionWarnings } from './yaml-versions.ts';

/** A configuration that can be used, with its warnings; or everything that is wrong with it. In the file's order. */
export type ReadResult =
  | { readonly kind: 'valid'; readonly config: Config; readonly problems: readonly Problem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/**
 * Reads a configuration from YAML.
 * @param file how the file is called in problems
 * @param env for `${NAME}` and the overriding variables
 * @param overrides the variables that override; none for a profile, whose key must not travel to another upstream
 */
export function readConfig(
  text: string,
  file: string,
  env: Environment,
  overrides: readonly Override[] = OVERRIDES,
): ReadResult {
  const { parsed, problems: syntax } = parseConfig(text, file);
  if (syntax.some(isError)) return { kind: 'invalid', problems: inOrder(syntax) };
  const variables = substituteVariables(parsed, env);
  const read = dataOf(parsed);
  if (read.problems.length > 0) {
    return { kind: 'invalid', problems: inOrder([...syntax, ...variables.problems, ...read.problems]) };
  }
  const own = knownKeys(read.data ?? {});
  const { data, setBy } = applyOverrides(own.data, env, overrides);
  const checked = configSchema.safeParse(data, { reportInput: true });

  const warn = (path: Path, what: 'key' | 'value', message: string, suggestion?: string): Problem => {
    const place = positionOf(parsed, locate(parsed, path)[what]);
    const warning: Problem = { severity: 'warning', file, ...place, path: formatPath(path), message };
    return suggestion === undefined ? warning : { ...warning, suggestion };
  };
  const unknown = own.unknown.map(({ path, suggestion }) =>
    warn(path, 'key', 'is not a key of First Hop and has no effect', suggestion),
  );
  // What has been said about a place is not said again in other words.
  const issues = except(
    explainIssues(checked.error?.issues ?? [], { parsed, written: variables.written, setBy }),
    variables.problems.filter(isError),
  );
  const versions = except(versionWarnings(parsed), issues);
  const problems = [...syntax, ...variables.problems, ...unknown, ...issues, ...versions];
  if (!checked.success || problems.some(isError)) return { kind: 'invalid', problems: inOrder(problems) };
  const overlaps = overlappingCodes(
    checked.data,
    (list) => locate(parsed, ['error_handling', list]).value !== undefined,
  ).map(({ list, message }) => warn(['error_handling', list], 'value', message));
  return { kind: 'valid', config: checked.data, problems: inOrder([...problems, ...overlaps]) };
}

/** The configuration without any file: the defaults, and what the overriding variables say. */
export function defaultConfig(env: Environment): ReadResult {
  return readConfig('', '', env);
}

function isError(problem: Problem): boolean {
  return problem.severity === 'error';
}

function except(problems: readonly Problem[], said: readonly Problem[]): readonly Problem[] {
  const paths = new Set(said.map(({ path }) => path));
  return problems.filter(({ path }) => !paths.has(path));
}
