// The configuration schema as JSON Schema: for editors, for the options page, and for saying in plain words what
// a place in the configuration may hold.
import * as z from 'zod';
import { configSchema } from './schema.ts';

/** Keys and list positions from the top of the configuration to one place in it. */
export type Path = readonly (string | number)[];

/** The part of JSON Schema (draft 7) that our schemas use: one form of value, or a choice of forms. */
export type SchemaNode = (ValueSchema | { readonly anyOf: readonly ValueSchema[] }) & {
  readonly description?: string;
  readonly default?: unknown;
};

/** One form that a value may take. */
export interface ValueSchema {
  readonly type: 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object';
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode;
  readonly items?: SchemaNode;
}

const whole: unknown = z.toJSONSchema(configSchema, {
  io: 'input',
  target: 'draft-7',
  override: ({ jsonSchema }) => {
    // The limit of double precision says nothing to a person.
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
});

// Zod types its result as all of JSON Schema; ours is the part that the feature schemas can produce.
/** The schema of a whole configuration. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
export const configJsonSchema = whole as SchemaNode;

/** The schema of one place, or `undefined` where no key is known. */
export function schemaAt(path: Path): SchemaNode | undefined {
  let node: SchemaNode | undefined = configJsonSchema;
  for (const step of path) node = child(node, step);
  return node;
}

function child(node: SchemaNode | undefined, step: string | number): SchemaNode | undefined {
  if (typeof step === 'number') return itemsOf(node);
  const { properties, additionalProperties } = groupIn(node) ?? {};
  if (properties !== undefined) return Object.hasOwn(properties, step) ? properties[step] : undefined;
  return additionalProperties;
}

/** The form of a value that is a group of keys, if it has one. */
export function groupIn(node: SchemaNode | undefined): ValueSchema | undefined {
  return forms(node).find((form) => form.type === 'object');
}

/** What the entries of a list may be, if the value may be a list. */
export function itemsOf(node: SchemaNode | undefined): SchemaNode | undefined {
  return forms(node).find((form) => form.type === 'array')?.items;
}

/** The forms a value may take; none where no key is known. */
export function forms(node: SchemaNode | undefined): readonly ValueSchema[] {
  if (node === undefined) return [];
  return 'anyOf' in node ? node.anyOf : [node];
}

/** One option as the reference lists it; `path` is dotted, `[]` stands for each entry of a list. */
export interface OptionRow {
  readonly path: string;
  readonly schema: SchemaNode;
  readonly required: boolean;
}

/** Every key below a schema, in the order of declaration. */
export function optionRows(schema: SchemaNode, prefix = ''): readonly OptionRow[] {
  const items = itemsOf(schema);
  const group = groupIn(schema) ?? groupIn(items);
  const before = prefix + (items === undefined ? '' : '[]') + (prefix === '' ? '' : '.');
  const required = new Set(group?.required);
  return Object.entries(group?.properties ?? {}).flatMap(([key, option]) => {
    const row = { path: before + key, schema: option, required: required.has(key) };
    return [row].concat(optionRows(option, row.path));
  });
}
