// Which configuration and which rules a request of the page means: those in use, or those of a text that has not been
// saved; of the main configuration, or of a profile.
import type { JsonObject } from '../std/json.ts';
import { textOf } from './api.ts';
import { configFor, editsIn } from './configuration.ts';
import type { CompiledText, DashboardParts, Judging } from './parts.ts';

/** What is wrong where a profile is meant that has no file. */
const UNKNOWN_PROFILE: CompiledText = {
  kind: 'invalid',
  problems: [{ severity: 'error', path: '', message: 'There is no profile of this name (any more).' }],
};

/** The rules of one configuration, or why there are none. */
export type WantedJudging = CompiledText | { readonly kind: 'valid'; readonly judging: Judging };

/** The rules in use by the main configuration, or by a profile. */
export async function presentJudging(
  parts: Pick<DashboardParts, 'config' | 'profiles' | 'judging'>,
  profile: string | undefined,
): Promise<WantedJudging> {
  if (profile === undefined) return { kind: 'valid', judging: parts.judging() };
  const config = await configFor(parts, profile);
  return config === undefined ? UNKNOWN_PROFILE : config.compile(await config.read());
}

/**
 * @param body with `config`, a text with placeholders for its secrets, or `edits` of the file; without either: the rules
 * in use. With `profile`: of that profile.
 */
export async function judgingFor(
  parts: Pick<DashboardParts, 'config' | 'profiles' | 'judging'>,
  body: JsonObject,
): Promise<WantedJudging> {
  const profile = textOf(body, 'profile');
  const wanted = editsIn(body) ?? textOf(body, 'config');
  if (wanted === undefined) return presentJudging(parts, profile);
  const config = await configFor(parts, profile);
  if (config === undefined) return UNKNOWN_PROFILE;
  const file = await config.read();
  if (typeof wanted !== 'string') return config.compile(config.edit(file, wanted));
  // A placeholder that stands for nothing is no matter here: no rule depends on a key.
  return config.compile(config.hide(file).restore(wanted) ?? wanted);
}
