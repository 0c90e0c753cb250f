// What an attempt has cost in tokens, as far as its upstream has told.
import { usageOf } from '../dialect/whole-body.ts';
import type { JsonObject } from '../std/json.ts';
import type { Outcome } from './outcome.ts';

/** The `usage` that came with an outcome; undefined where none was told. Reads a body that nobody has read to find it. */
export function usageTold(outcome: Outcome): JsonObject | undefined {
  if (outcome.kind === 'ended') return outcome.usage;
  if (outcome.kind !== 'responded') return undefined;
  return outcome.plain === undefined ? usageOf(outcome.body) : outcome.plain.usage;
}
