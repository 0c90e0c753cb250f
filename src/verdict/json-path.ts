// Where strings stand in a JSON value: `error.message`, `choices[0].message.content`, or a query of RFC 9535 that
// begins with `$`: names, positions, wildcards, and `..` at any depth. Slices, filters and lists of selectors are not
// supported.
import { isObject } from '../std/json.ts';

/** One step of a path. `descends`: it is taken from here and from everything below. */
interface Step {
  /** The name of a field or the position in a list; undefined: all there are. */
  readonly name: string | undefined;
  readonly descends: boolean;
}

/** A path in its steps. */
export type JsonPath = readonly Step[];

/** `reason`: what about the path can not be read, for the user. */
export type CompiledPath =
  { readonly kind: 'valid'; readonly path: JsonPath } | { readonly kind: 'invalid'; readonly reason: string };

/** `.name`, `..name`, `.*`, `..*`, `[0]`, `[-1]`, `[*]`, `['name']`, `["name"]`, and `..` before any bracket. */
const STEP =
  /(\.\.?)([^\s.[\]*'"()?@$,:!]+)|(\.\.?)\*|(\.\.)?\[\s*(?:(-?\d{1,9})|(\*)|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*\]/y;

/** More than any error needs; bounds the work on made-up ones. */
const MAX_LOOKS = 10_000;

/** Takes a path apart. Without a `$` any text is a path; some lead nowhere. */
export function compilePath(path: string): CompiledPath {
  if (!path.startsWith('$')) {
    const names = path.match(/[^.[\]]+/g) ?? [];
    return { kind: 'valid', path: names.map((name) => ({ name, descends: false })) };
  }
  const steps: Step[] = [];
  const expression = new RegExp(STEP);
  expression.lastIndex = 1;
  while (expression.lastIndex < path.length) {
    const position = expression.lastIndex;
    const found = expression.exec(path);
    if (found === null) {
      return { kind: 'invalid', reason: `${path.slice(position)} is not a name, a position, * or ..` };
    }
    const [whole, , dotted, , , index, , single, double] = found;
    const quoted = (single ?? double)?.replace(/\\(.)/g, '$1');
    steps.push({ name: dotted ?? index ?? quoted, descends: whole.startsWith('..') });
  }
  return { kind: 'valid', path: steps };
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
  let looksLeft = MAX_LOOKS;
  let here: readonly unknown[] = [value];
  for (const { name, descends } of path) {
    const next: unknown[] = [];
    const from = [...here];
    // The list grows while it is walked: what lies below a value follows it.
    for (const item of from) {
      const children = descends || name === undefined ? childrenOf(item) : [];
      looksLeft -= 1 + children.length;
      if (looksLeft < 0) return [];
      if (descends) from.push(...children);
      next.push(...(name === undefined ? children : childAt(item, name)));
    }
    here = next;
  }
  return here.flatMap((found) =>
    typeof found === 'string' || typeof found === 'number' ? [String(found)] : [],
  );
}

function childrenOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function childAt(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) {
    const position = Number(name);
    const child: unknown = value[position < 0 ? value.length + position : position];
    return child === undefined ? [] : [child];
  }
  return isObject(value) && Object.hasOwn(value, name) ? [value[name]] : [];
}
