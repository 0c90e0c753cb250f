// Where strings stand in a JSON value: `error.message`, `choices[0].message.content`, or a query of RFC 9535, which
// begins with `$`.
import { valuesAt } from './json-path-evaluate.ts';
import { parseQuery } from './json-path-parse.ts';
import type { Segment } from './json-path-query.ts';

/** A path in its steps. */
export type JsonPath = readonly Segment[];

/** `reason`: what about the path can not be read, and where, for the user. */
export type CompiledPath =
  { readonly kind: 'valid'; readonly path: JsonPath } | { readonly kind: 'invalid'; readonly reason: string };

/** More than any error needs; bounds the work on made-up ones. */
const MAX_LOOKS = 10_000;

/** Takes a path apart. Without a `$` any text is a path; some lead nowhere. Never throws. */
export function compilePath(path: string): CompiledPath {
  if (!path.startsWith('$')) {
    const keys = path.match(/[^.[\]]+/g) ?? [];
    const steps = keys.map((key): Segment => ({ selectors: [{ kind: 'key', key }], descends: false }));
    return { kind: 'valid', path: steps };
  }
  try {
    return { kind: 'valid', path: parseQuery(path) };
  } catch (error) {
    return { kind: 'invalid', reason: String(error).replace(/^\w+: /, '') };
  }
}

/**
 * The same for a path that the configuration's schema has let through.
 * @throws for one that it would have refused
 */
export function pathOf(path: string): JsonPath {
  const compiled = compilePath(path);
  if (compiled.kind === 'invalid') throw new Error(`${path}: ${compiled.reason}`);
  return compiled.path;
}

/** The texts and numbers at the ends of a path, as texts; nothing for whatever else it leads to. */
export function textsAt(value: unknown, path: JsonPath): readonly string[] {
  const found = valuesAt(value, path, { root: value, looksLeft: MAX_LOOKS });
  return found.flatMap((item) =>
    typeof item === 'string' || typeof item === 'number' ? [String(item)] : [],
  );
}
