// The reference of all options, made from the schema: the page for people and the JSON schema for editors.
// `npm run docs` writes both to disk.
import { isObject } from '../std/json.ts';
import { allowedInWords } from './allowed.ts';
import { configJsonSchema, forms, groupIn, itemsOf, optionRows, type OptionRow } from './json-schema.ts';
import { OVERRIDES } from './variables.ts';

/** The JSON schema as it stands in config.schema.json. */
export function schemaFile(): string {
  return `${JSON.stringify({ ...configJsonSchema, title: 'First Hop configuration' }, closedGroups, 2)}\n`;
}

/** Editors underline misspelled keys only in groups that say they are complete. */
function closedGroups(_key: string, value: unknown): unknown {
  return isObject(value) && isObject(value['properties']) ? { ...value, additionalProperties: false } : value;
}

/** The page docs/options.md. */
export function optionsPage(): string {
  const sections = optionRows(configJsonSchema).filter(({ path }) => !path.includes('.'));
  const tables = sections.map(
    ({ path, schema }) =>
      `## ${path}\n\n${schema.description}\n\n${HEADING}${optionRows(schema).map(row).join('')}`,
  );
  return `${INTRODUCTION}\n${tables.join('\n')}\n${variables()}`;
}

const INTRODUCTION = `<!-- Written by \`npm run docs\` from the schemas in src/. Change it there. -->

# Options

All keys of \`config.yaml\`. Every section and every key with a default may be left out; an empty key counts as left
out. A key that First Hop does not know is reported and has no effect. \`[]\` stands for each entry of a list.

In every text, \`\${NAME}\` is replaced by the environment variable \`NAME\`; \`$\${\` stands for \`\${\` itself.

A status that stands in several lists of \`error_handling\` is judged by the first of \`fail_codes\`, \`retry_codes\`,
\`conditional_retry_codes\`.
`;

const HEADING = '| Key | Default | Allowed | Meaning |\n| --- | --- | --- | --- |\n';

function row(option: OptionRow): string {
  const { path, schema } = option;
  const cells = [`\`${path}\``, defaultCell(option), allowedCell(option), String(schema.description)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

function defaultCell({ schema, required }: OptionRow): string {
  if (required) return 'required';
  if (schema.default === undefined) return 'none';
  return isParent(schema) ? 'see below' : `\`${JSON.stringify(schema.default)}\``;
}

/** The keys of a group have rows of their own; only what else may stand there is listed. */
function allowedCell({ schema }: OptionRow): string {
  if (groupIn(itemsOf(schema)) !== undefined) return 'a list of rules';
  return forms(schema)
    .map((form) => (form.properties === undefined ? allowedInWords(form) : 'a group of keys'))
    .join(', or ');
}

function isParent(schema: OptionRow['schema']): boolean {
  return groupIn(schema)?.properties !== undefined;
}

function variables(): string {
  const rows = OVERRIDES.map(({ variable, path }) => `| \`${variable}\` | \`${path.join('.')}\` |\n`);
  return `## Environment variables

These set one key each, whatever the main file says; profiles are not changed by them. Where two set the same key, the
lower one wins.

| Variable | Key |
| --- | --- |
${rows.join('')}
\`FIRST_HOP_CONFIG\` names the configuration file, as \`--config\` does. \`FIRST_HOP_DATA\` names the folder of what is
remembered between runs.
`;
}
