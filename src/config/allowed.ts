// What a place in the configuration may hold, in plain words, read off its schema; and reading a value out of text.
import { forms, type SchemaNode, type ValueSchema } from './json-schema.ts';

/** A phrase that completes "… is not", e.g. `a whole number from 0 to 65535`. */
export function allowedInWords(schema: SchemaNode | undefined): string {
  return forms(schema)
    .map((form) => FORMS[form.type](form))
    .join(', or ');
}

const FORMS: Readonly<Record<ValueSchema['type'], (form: ValueSchema) => string>> = {
  integer: (form) => `a whole number${rangeInWords(form)}`,
  number: (form) => `a number${rangeInWords(form)}`,
  boolean: () => 'true or false',
  array: (form) => `a list, each entry ${allowedInWords(form.items)}`,
  object: (form) => `a group of keys${keysInWords(form)}`,
  string: (form) => {
    if (form.enum !== undefined) return `one of ${form.enum.join(', ')}`;
    if (form.format === 'uri') return 'an address that begins with http:// or https://';
    return form.minLength === undefined ? 'text' : 'text, not empty';
  },
};

function rangeInWords({ minimum, maximum, exclusiveMinimum }: ValueSchema): string {
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`;
  if (maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  return ` of ${minimum} or more`;
}

function keysInWords({ properties = {} }: ValueSchema): string {
  const names = Object.keys(properties);
  if (names.length === 0) return '';
  return ` (${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''})`;
}

/** The number or truth value that a text stands for, where the schema wants one; otherwise the text itself. */
export function typedFromText(text: string, schema: SchemaNode | undefined): unknown {
  const types = new Set(forms(schema).map((form) => form.type));
  const trimmed = text.trim();
  if ((types.has('number') || types.has('integer')) && /^[-+]?(?:\d+\.?\d*|\.\d+)$/.test(trimmed)) {
    return Number(trimmed);
  }
  if (types.has('boolean') && (trimmed === 'true' || trimmed === 'false')) return trimmed === 'true';
  return text;
}
