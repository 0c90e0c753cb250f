// `${NAME}` in the configuration, and the environment variables that override single keys.
import type { Scalar } from 'yaml';
import { isObject } from '../std/json.ts';
import { typedFromText } from './allowed.ts';
import { positionOf, scalars, type ConfigDocument } from './document.ts';
import { formatPath, type Problem } from './explain.ts';
import { schemaAt } from './json-schema.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` stands for `${` itself; `${` up to its brace, closed or not. */
const REFERENCE = /\$\$\{|\$\{([^}]*)(\}?)/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Replaces `${NAME}` in every string of the document by the variable's value; where a number or a truth value
 * belongs, the text becomes one.
 * @returns the problems, and for each changed value the text as it stood, which may be shown where the new one may not
 */
export function substituteVariables(
  parsed: ConfigDocument,
  env: Environment,
): { readonly problems: readonly Problem[]; readonly written: ReadonlyMap<unknown, string> } {
  const problems: Problem[] = [];
  const written = new Map<Scalar, string>();
  for (const { node, path } of scalars(parsed.document.contents)) {
    if (typeof node.value !== 'string' || !node.value.includes('${')) continue;
    const report = (severity: Problem['severity'], message: string): void => {
      const position = positionOf(parsed, node);
      problems.push({ severity, file: parsed.file, ...position, path: formatPath(path), message });
    };
    written.set(node, node.value);
    const text = node.value.replace(REFERENCE, (whole: string, name?: string, brace?: string) => {
      if (name === undefined) return '${';
      if (brace === '' || !VARIABLE_NAME.test(name)) {
        report('warning', 'contains ${ but no variable name after it; write ${NAME}, or $${ for a plain ${');
        return whole;
      }
      const value = env[name];
      if (value === undefined)
        report('error', `the environment variable ${name} is not set; set it, or write $\${ for a plain \${`);
      return value ?? '';
    });
    node.value = typedFromText(text, schemaAt(path));
  }
  return { problems, written };
}

/** A variable that sets one key, whatever the file says. */
export interface Override {
  readonly variable: string;
  readonly path: readonly [section: string, key: string];
}

/** In the order of use: where two set the same key, the later one wins. */
export const OVERRIDES: readonly Override[] = [
  { variable: 'TARGET_PROXY_URL', path: ['target_proxy', 'url'] },
  { variable: 'PROXY_TARGET_URL', path: ['target_proxy', 'url'] },
  { variable: 'PROXY_TIMEOUT', path: ['target_proxy', 'timeout'] },
  { variable: 'ERROR_MAX_RETRIES', path: ['error_handling', 'max_retries'] },
  { variable: 'SERVER_PORT', path: ['server', 'port'] },
];

/**
 * Sets the keys of the overriding variables that are set and not empty.
 * @returns the new data, and which variable has set which path
 */
export function applyOverrides(
  data: unknown,
  env: Environment,
  overrides: readonly Override[],
): { readonly data: unknown; readonly setBy: ReadonlyMap<string, string> } {
  const setBy = new Map<string, string>();
  // A configuration that is not a group of keys stays, to be reported as such; so does such a section.
  if (!isObject(data)) return { data, setBy };
  const result: Record<string, unknown> = { ...data };
  for (const { variable, path } of overrides) {
    const text = env[variable]?.trim() ?? '';
    const [section, key] = path;
    const group = result[section] ?? {};
    if (text === '' || !isObject(group)) continue;
    result[section] = Object.assign({}, group, { [key]: typedFromText(text, schemaAt(path)) });
    setBy.set(formatPath(path), variable);
  }
  return { data: result, setBy };
}
