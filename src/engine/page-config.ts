// The configuration as the page asks about it: what a text means, what differs between two, and which rules follow from it.
import { basename } from 'node:path';
import { changedKeys } from '../config/changes.ts';
import { editText } from '../config/edit-text.ts';
import { effectiveConfig } from '../config/effective.ts';
import { hideText } from '../config/hidden-text.ts';
import { configJsonSchema } from '../config/json-schema.ts';
import { readConfig } from '../config/load.ts';
import type { ReadResult } from '../config/load.ts';
import { asProfile } from '../config/profiles.ts';
import type { Config } from '../config/schema.ts';
import type { Environment } from '../config/variables.ts';
import type { ConfigAccess, Judging } from '../dashboard/parts.ts';
import type { ConfigChange } from '../dashboard/wire.ts';
import { retryPolicy } from '../retry/policy.ts';
import { isObject } from '../std/json.ts';
import type { VersionedFile } from '../storage/config-versions.ts';
import { compileRules } from '../verdict/rules.ts';
import { rewritingOf } from './page-rewriting.ts';
import type { TrialParts } from './page-rewriting.ts';

/** The rules and the policy that a configuration asks for. */
export function judgingOf(config: Config, parts: TrialParts): Judging {
  return {
    rules: compileRules(config.error_handling, config.response_parsing),
    policy: retryPolicy(config.error_handling),
    rewriting: rewritingOf(config, parts),
  };
}

/**
 * @param path as the page shows it
 * @param owner what the file is for: a profile is read otherwise than the main configuration
 */
export function pageConfig(
  path: string,
  file: VersionedFile,
  env: Environment,
  parts: TrialParts,
  owner: 'main' | 'profile' = 'main',
): ConfigAccess {
  const name = basename(path);
  const readText = (text: string): ReadResult =>
    owner === 'main' ? readConfig(text, name, env) : asProfile(readConfig(text, name, env, []), name);
  return {
    ...file,
    file: path,
    schema: configJsonSchema,
    compile(text) {
      const read = readText(text);
      const { problems } = read;
      return read.kind === 'invalid'
        ? { kind: 'invalid', problems }
        : { kind: 'valid', problems, judging: judgingOf(read.config, parts) };
    },
    settings(text) {
      const read = readText(text);
      return read.kind === 'valid' ? effectiveConfig(read.config) : undefined;
    },
    changes(before, after) {
      const [one, other] = [before, after].map(readText);
      return other?.kind === 'valid'
        ? changesBetween(one?.kind === 'valid' ? one.config : undefined, other.config)
        : [];
    },
    hide: hideText,
    edit: editText,
  };
}

/** @param before undefined: it could not be used, so that all of the other is new */
function changesBetween(before: Config | undefined, after: Config): readonly ConfigChange[] {
  const one = before && effectiveConfig(before);
  const other = effectiveConfig(after);
  // Which keys differ is asked of the values as they are: masked, a new key may look like the old one.
  return changedKeys(before ?? {}, after).map((path) => {
    const [was, is] = [one, other].map((config) => shownAt(config, path));
    return { path, ...(was !== undefined && { before: was }), ...(is !== undefined && { after: is }) };
  });
}

function shownAt(config: unknown, path: string): string | undefined {
  let value = config;
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined;
  return JSON.stringify(value);
}
