// Where the cursor is in a YAML text, by its indentation alone, and what the schema knows of that place: the text is being
// typed and need not be valid.

/** The part of JSON Schema that completion needs. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

const KEY = /^(\s*)((?:- +)*)([\w-]+):/;

/** The keys above a line whose indentation encloses it, outermost first. */
export function pathAbove(lines: readonly string[], indent: number): readonly string[] {
  const path: string[] = [];
  let inside = indent;
  for (const line of lines.toReversed()) {
    const [, before = '', dashes = '', key] = KEY.exec(line) ?? [];
    if (key === undefined) {
      // The dash of a list encloses what stands behind it.
      const dash = /^(\s*)- *$/.exec(line)?.[1];
      if (dash !== undefined && dash.length < inside) inside = dash.length + 1;
      continue;
    }
    const own = before.length + dashes.length;
    if (own < inside) {
      path.unshift(key);
      inside = before.length;
    } else if (dashes !== '' && before.length < inside) inside = before.length + 1;
    if (inside === 0) break;
  }
  return path;
}

/** The schema of a place; lists are looked into. */
export function schemaAt(schema: SchemaNode, path: readonly string[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const key of path) node = groupOf(node)?.properties?.[key];
  return node;
}

/** The keys that a place takes, if it takes any. */
export function groupOf(node: SchemaNode | undefined): SchemaNode | undefined {
  const forms = node?.anyOf ?? (node === undefined ? [] : [node]);
  const group = forms.find(({ properties }) => properties !== undefined);
  const items = forms.find((form) => form.items !== undefined)?.items;
  return group ?? (items === undefined ? undefined : groupOf(items));
}

/** The values that a place takes, where they can be named. */
export function valuesOf(node: SchemaNode | undefined): readonly string[] {
  const forms = node?.anyOf ?? (node === undefined ? [] : [node]);
  return forms.flatMap(
    (form) => form.enum ?? form.items?.enum ?? (form.type === 'boolean' ? ['true', 'false'] : []),
  );
}
