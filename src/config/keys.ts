// The keys of a configuration: those left empty count as absent, those not known have no effect.
import { isObject } from '../std/json.ts';
import { configJsonSchema, groupIn, itemsOf, optionRows, type Path, type SchemaNode } from './json-schema.ts';
import { nearest } from './suggest.ts';

export interface UnknownKey {
  readonly path: Path;
  /** The key that was probably meant. */
  readonly suggestion: string | undefined;
}

/** The data without empty and unknown keys, and the list of the unknown ones. */
export function knownKeys(data: unknown): {
  readonly data: unknown;
  readonly unknown: readonly UnknownKey[];
} {
  const unknown: UnknownKey[] = [];
  return { data: tidied(data, configJsonSchema, [], unknown), unknown };
}

function tidied(value: unknown, schema: SchemaNode | undefined, path: Path, unknown: UnknownKey[]): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => tidied(item, itemsOf(schema), [...path, index], unknown));
  }
  const group = groupIn(schema);
  if (!isObject(value) || group === undefined) return value;
  const kept: [string, unknown][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (group.properties !== undefined && !Object.hasOwn(group.properties, key)) {
      const suggestion = nearest(key, Object.keys(group.properties)) ?? elsewhere(key);
      unknown.push({ path: [...path, key], suggestion });
    } else if (item !== null) {
      kept.push([key, tidied(item, group.properties?.[key], [...path, key], unknown)]);
    }
  }
  return Object.fromEntries(kept);
}

/** The one place where a key of this name belongs, if it is only one. */
function elsewhere(key: string): string | undefined {
  const homes = optionRows(configJsonSchema).filter(({ path }) => path.endsWith(`.${key}`));
  return homes.length === 1 ? homes[0]?.path : undefined;
}
