// What stands at a place of the configuration, in words that are safe to show; and what was probably meant.
import { isObject } from '../std/json.ts';
import { forms, itemsOf, type SchemaNode, type ValueSchema } from './json-schema.ts';
import { typedFromText } from './allowed.ts';
import { hideEverythingLikeAKey } from './secrets.ts';
import { nearest } from './suggest.ts';
import { oldTruthValue } from './yaml-versions.ts';

const LONGEST_SHOWN = 60;

/** The value itself where it is short and harmless, otherwise its kind. */
export function valueInWords(value: unknown): string {
  if (typeof value !== 'string')
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindInWords(value);
  const shown = hideEverythingLikeAKey(value);
  return JSON.stringify(shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown);
}

/** The kind of a value, for where the value must not be shown. */
export function kindInWords(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'a group of keys';
  return typeof value === 'string' ? 'the text there' : `a ${typeof value}`;
}

/** What the user probably meant by a value that does not fit, as it should be written. */
export function suggestionFor(value: unknown, schema: SchemaNode | undefined): string | undefined {
  if (forms(itemsOf(schema)).some((item) => fits(value, item))) return `[${valueInWords(value)}]`;
  if (typeof value !== 'string') return undefined;
  const typed = typedFromText(value, schema);
  if (typed !== value) return String(typed);
  for (const form of forms(schema)) {
    if (form.enum !== undefined) return nearest(value, form.enum);
    if (form.type === 'boolean') return oldTruthValue(value)?.toString();
    if (form.format === 'uri') return addressFrom(value);
  }
  return undefined;
}

function fits(value: unknown, item: ValueSchema): boolean {
  return (
    (item.type === 'string' && typeof value === 'string') ||
    (item.type === 'integer' && Number.isInteger(value))
  );
}

/** An address typed without its scheme; computers nearby rarely speak https. */
function addressFrom(text: string): string | undefined {
  if (!/^[\w-]+(?:\.[\w-]+)*(?::\d+)?(?:\/\S*)?$/.test(text) || !/[.:]|^localhost/.test(text))
    return undefined;
  const scheme = /^(?:localhost|[\d.]+)(?=[:/]|$)/.test(text) ? 'http' : 'https';
  return `${scheme}://${hideEverythingLikeAKey(text)}`;
}
