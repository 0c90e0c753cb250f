// What differs between two configurations, by the names of the keys; the values are nobody's business.
import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../std/json.ts';
import { formatPath } from './explain.ts';
import type { Path } from './json-schema.ts';

/** The keys whose values differ, as in `error_handling.max_retries`; a list counts as one value. */
export function changedKeys(before: unknown, after: unknown, path: Path = []): readonly string[] {
  if (!isObject(before) || !isObject(after))
    return isDeepStrictEqual(before, after) ? [] : [formatPath(path)];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => changedKeys(before[key], after[key], [...path, key]));
}
