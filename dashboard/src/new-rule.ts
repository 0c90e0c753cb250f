// A rule on its way into a configuration file.
import { get, put } from './api.ts';
import type { ConfigAnswer } from './wire.ts';

/** A rule and the list it belongs to, as in `error_handling.hard_stop_conditions.rules`. */
export interface NewRule {
  readonly path: readonly string[];
  readonly value: Readonly<Record<string, string | number>>;
}

/** The change that adds it. */
export function editFor({ path, value }: NewRule): object {
  return { kind: 'append', path, value };
}

/** Adds it to the file of a profile, or to the main one. */
export async function addRule(rule: NewRule, profile?: string): Promise<void> {
  const { revision } = await get<ConfigAnswer>(configPath('config', profile));
  await put('config', { profile, revision, edits: [editFor(rule)] });
}

/** Where the file of a profile is asked for, or the main one. */
export function configPath(path: string, profile: string | undefined): string {
  return profile === undefined ? path : `${path}?profile=${encodeURIComponent(profile)}`;
}
