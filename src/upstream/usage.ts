// What an attempt has cost in tokens, as far as its upstream has told.
import { usageOf } from '../dialect/whole-body.ts';
import type { JsonObject } from '../std/json.ts';
import type { Outcome } from './outcome.ts';

/** The `usage` that came with an outcome; undefined where none was told. Reads a whole body to find it. */
export function usageTold(outcome: Outcome): JsonObject | undefined {
  if (outcome.kind === 'ended') return outcome.usage;
  return outcome.kind === 'responded' ? usageOf(outcome.body) : undefined;
}
