// Where a string stands in a JSON value: `error.message`, `choices[0].message.content`. Names and positions only.
import { isObject } from '../std/json.ts';

/** A path in its steps: names of fields and positions in lists. */
export type JsonPath = readonly string[];

/** Takes a path apart. A leading `$` (RFC 9535's root) may stand there. Any text is a path; some lead nowhere. */
export function compilePath(path: string): JsonPath {
  return path.replace(/^\$/, '').match(/[^.[\]]+/g) ?? [];
}

/** The text or number at the end of a path, as text; undefined when it leads to anything else or nowhere. */
export function textAt(value: unknown, path: JsonPath): string | undefined {
  let here = value;
  for (const step of path) {
    if (Array.isArray(here)) here = here[Number(step)];
    else if (isObject(here) && Object.hasOwn(here, step)) here = here[step];
    else return undefined;
  }
  return typeof here === 'string' || typeof here === 'number' ? String(here) : undefined;
}
