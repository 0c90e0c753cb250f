// Which rules a request of the page means: those in use, or those of a configuration that has not been saved.
import type { JsonObject } from '../std/json.ts';
import { textOf } from './api.ts';
import { editsIn } from './configuration.ts';
import type { CompiledText, DashboardParts, Judging } from './parts.ts';

/** @param body with `config`, a text with placeholders for its secrets, or `edits` of the file; without either: the rules in use */
export async function judgingFor(
  { config, judging }: DashboardParts,
  body: JsonObject,
): Promise<CompiledText | { readonly kind: 'valid'; readonly judging: Judging }> {
  const edits = editsIn(body);
  if (edits !== undefined) return config.compile(config.edit(await config.read(), edits));
  const text = textOf(body, 'config');
  if (text === undefined) return { kind: 'valid', judging: judging() };
  // A placeholder that stands for nothing is no matter here: no rule depends on a key.
  return config.compile(config.hide(await config.read()).restore(text) ?? text);
}
