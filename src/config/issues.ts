// What the schema objects to, said in plain words: what stands there and what is allowed.
import type * as z from 'zod';
import { allowedInWords } from './allowed.ts';
import { locate, positionOf, type ConfigDocument } from './document.ts';
import { formatPath, type Problem } from './explain.ts';
import { kindInWords, suggestionFor, valueInWords } from './found.ts';
import { schemaAt, type Path } from './json-schema.ts';
import { isSecretPath } from './secrets.ts';

/** Everything needed to say where a value came from. */
export interface Origin {
  readonly parsed: ConfigDocument;
  /** For nodes whose variables were replaced: the text as it stands in the file. */
  readonly written: ReadonlyMap<unknown, string>;
  /** The environment variable that has set a path. */
  readonly setBy: ReadonlyMap<string, string>;
}

/** One problem for each thing that is wrong. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], origin: Origin): readonly Problem[] {
  return issues.flatMap(objections).map((objection) => explain(objection, origin));
}

/** An issue reduced to its place and, where the schema says it itself, what is allowed there. */
interface Objection {
  readonly path: Path;
  /** Whether the key itself is wrong, or its value. */
  readonly about: 'key' | 'value';
  readonly allowed?: string;
  /** What stands there; undefined where nothing does. */
  readonly value: unknown;
}

function objections(issue: z.core.$ZodIssue): readonly Objection[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  if (issue.code === 'invalid_union') {
    // The branch whose kind fits is the one that was meant; what it objects to lies further down.
    const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0));
    if (meant !== undefined) {
      return meant.flatMap((inner) => objections({ ...inner, path: [...path, ...inner.path] }));
    }
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.map(({ message }) => ({ path, about: 'key', allowed: message, value: path.at(-1) }));
  }
  const inItsWords = issue.code === 'custom' || (issue.code === 'invalid_format' && issue.format === 'regex');
  return [{ path, about: 'value', value: issue.input, ...(inItsWords ? { allowed: issue.message } : {}) }];
}

function explain({ path, about, allowed, value }: Objection, origin: Origin): Problem {
  const schema = schemaAt(path);
  const wanted = allowed ?? allowedInWords(schema);
  const named = { severity: 'error', path: formatPath(path) } as const;
  if (value === undefined) {
    return {
      ...named,
      ...placeOf(path.slice(0, -1), 'value', origin),
      message: `is missing; it must be ${wanted}`,
    };
  }
  const place = placeOf(path, about, origin);
  if (about === 'key') return { ...named, ...place, message: `${valueInWords(value)} is not ${wanted}` };
  const reference = origin.written.get(locate(origin.parsed, path).content);
  if (reference !== undefined && place.line !== undefined) {
    return { ...named, ...place, message: `the value of ${reference} is not ${wanted}` };
  }
  if (isSecretPath(path)) return { ...named, ...place, message: `${kindInWords(value)} is not ${wanted}` };
  const suggestion = suggestionFor(value, schema);
  const message = `${valueInWords(value)} is not ${wanted}`;
  return { ...named, ...place, message, ...(suggestion === undefined ? {} : { suggestion }) };
}

function placeOf(
  path: Path,
  what: 'key' | 'value',
  origin: Origin,
): Pick<Problem, 'file' | 'line' | 'column'> {
  const variable = origin.setBy.get(formatPath(path));
  if (variable !== undefined) return { file: `environment variable ${variable}` };
  return { file: origin.parsed.file, ...positionOf(origin.parsed, locate(origin.parsed, path)[what]) };
}
