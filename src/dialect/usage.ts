// The tokens a reply says it has used: where it says so, and how those of several attempts add up.
// Shape: https://platform.openai.com/docs/api-reference/chat/object#chat/object-usage
import { isObject, parseJson } from '../std/json.ts';
import type { JsonObject } from '../std/json.ts';

/** The `usage` of a reply or chunk; undefined when it tells none (most chunks say `null`). */
export function usageIn({ usage }: JsonObject): JsonObject | undefined {
  return isObject(usage) ? usage : undefined;
}

/** An object behind a colon, whose values are objects like it, numbers or plain words. */
const FLAT_OBJECT = /^\s*:\s*(\{(?:[^{}"\\]|"[^"\\]*"|\{(?:[^{}"\\]|"[^"\\]*")*\})*\})/;
const NAME = Buffer.from('"usage"');
/** Longer is none: a dozen numbers, in two levels. */
const MAX_USAGE_BYTES = 4_096;

/**
 * The `usage` in the bytes of a reply, without reading the rest: a name with its quotes stands in no text, where they
 * are escaped. Undefined where it is not to be seen so simply: there is more than one, or it counts no tokens.
 */
export function usageAtSight(body: Buffer): JsonObject | undefined {
  // It stands near the end, as a rule.
  const at = body.lastIndexOf(NAME);
  if (at < 0 || body.indexOf(NAME) !== at) return undefined;
  const from = at + NAME.length;
  const text = FLAT_OBJECT.exec(body.toString('utf8', from, from + MAX_USAGE_BYTES))?.[1];
  const usage = parseJson(text ?? '');
  return isObject(usage) && typeof usage['total_tokens'] === 'number' ? usage : undefined;
}

/**
 * Two usages as one: numbers are added up, at the top and one level below (`prompt_tokens_details`); of anything else
 * the later one counts. undefined when neither was told.
 */
export function addUsage(
  earlier: JsonObject | undefined,
  later: JsonObject | undefined,
): JsonObject | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier;
  return sum(earlier, later, (one, other) =>
    isObject(one) && isObject(other) ? sum(one, other, (_one, last) => last) : other,
  );
}

/** The fields of both, those of the same name added up where both are numbers, else joined by `join`. */
function sum(
  earlier: JsonObject,
  later: JsonObject,
  join: (one: unknown, other: unknown) => unknown,
): JsonObject {
  const both = Object.entries(later).map(([name, value]): [string, unknown] => {
    if (!Object.hasOwn(earlier, name)) return [name, value];
    const before = earlier[name];
    const areNumbers = typeof before === 'number' && typeof value === 'number';
    return [name, areNumbers ? before + value : join(before, value)];
  });
  return { ...earlier, ...Object.fromEntries(both) };
}
