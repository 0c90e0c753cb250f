// The configuration files as the page edits them: their texts without secrets, their problems in place, what a change
// would do, saving, and the way back to earlier versions.
import { createHash } from 'node:crypto';
import type { JsonObject } from '../std/json.ts';
import { isObject } from '../std/json.ts';
import { ok, refusal, textOf } from './api.ts';
import type { ApiAnswer, ApiRoute } from './api.ts';
import type { ConfigAccess, ConfigEdit, DashboardParts } from './parts.ts';
import type { ConfigAnswer, ConfigCheck } from './wire.ts';

type Files = Pick<DashboardParts, 'config' | 'profiles'>;

export function configurationRoutes(parts: Files): readonly ApiRoute[] {
  /** Answers about the file of the profile that is named, or about the main one. */
  const about = async (
    profile: string | undefined,
    answer: (config: ConfigAccess) => Promise<ApiAnswer>,
  ): Promise<ApiAnswer> => {
    const config = await configFor(parts, profile);
    return config === undefined ? UNKNOWN_PROFILE : answer(config);
  };
  return [
    ['GET', 'schema', () => ok(parts.config.schema)],
    [
      'GET',
      'config',
      ({ query }) =>
        about(profileIn(query), async (config) => ok(await present(parts, config, profileIn(query)))),
    ],
    [
      'GET',
      'config/versions/*',
      ({ params, query }) =>
        about(profileIn(query), async (config) => {
          const text = await config.readVersion(String(params[0]));
          return text === undefined ? UNKNOWN_VERSION : ok({ text: config.hide(text).text });
        }),
    ],
    ['POST', 'config/check', ({ body }) => about(textOf(body, 'profile'), (config) => check(config, body))],
    ['PUT', 'config', ({ body }) => about(textOf(body, 'profile'), (config) => save(parts, config, body))],
  ];
}

function profileIn(query: URLSearchParams): string | undefined {
  return query.get('profile') ?? undefined;
}

/**
 * The configuration that is meant; undefined where that is a profile without a file.
 * @param profile undefined for the main configuration
 */
export async function configFor(
  { config, profiles }: Files,
  profile: string | undefined,
): Promise<ConfigAccess | undefined> {
  if (profile === undefined) return config;
  // Only a name that was found is ever made into a path.
  return (await profiles.names()).includes(profile) ? profiles.open(profile) : undefined;
}

async function check(config: ConfigAccess, body: JsonObject): Promise<ApiAnswer> {
  const before = await config.read();
  const after = await wantedText(config, before, body);
  if (typeof after !== 'string') return after;
  const compiled = config.compile(after);
  const changes = compiled.kind === 'valid' ? config.changes(before, after) : [];
  return ok({ problems: compiled.problems, changes } satisfies ConfigCheck);
}

async function save(parts: Files, config: ConfigAccess, body: JsonObject): Promise<ApiAnswer> {
  const before = await config.read();
  if (textOf(body, 'revision') !== revisionOf(before)) return CHANGED_MEANWHILE;
  const after = await wantedText(config, before, body);
  if (typeof after !== 'string') return after;
  const { kind, problems } = config.compile(after);
  if (kind === 'invalid')
    return refusal(422, 'Not saved: this configuration could not be used.', { problems });
  try {
    await config.write(after);
  } catch (error) {
    return refusal(409, `${config.file} could not be written (${codeOf(error)}). Check its permissions.`);
  }
  return ok(await present(parts, config, textOf(body, 'profile')));
}

const UNKNOWN_PROFILE = refusal(404, 'There is no profile of this name (any more).');
const UNKNOWN_VERSION = refusal(404, 'There is no such version (any more).');
const CHANGED_MEANWHILE = refusal(
  409,
  'The file has been changed meanwhile, by an editor or another page. Load it again, then repeat your change.',
);
const UNCLEAR = refusal(400, 'Send the whole text, a list of edits, or the id of a version.');
const LOST_SECRET = refusal(
  422,
  'A placeholder in this text stands for no secret of the file. Type the key itself, or take the line out.',
);

async function present(
  parts: Files,
  config: ConfigAccess,
  profile: string | undefined,
): Promise<ConfigAnswer> {
  const text = await config.read();
  const { problems } = config.compile(text);
  return {
    text: config.hide(text).text,
    file: config.file,
    ...(profile !== undefined && { profile }),
    files: [
      { file: parts.config.file },
      ...(await parts.profiles.names()).map((name) => ({
        profile: name,
        file: parts.profiles.open(name).file,
      })),
    ],
    revision: revisionOf(text),
    problems,
    versions: await config.versions(),
    settings: config.settings(text),
  };
}

/** What a request wants the file to say, secrets included; or why that is not clear. */
async function wantedText(
  config: ConfigAccess,
  before: string,
  body: JsonObject,
): Promise<string | ApiAnswer> {
  const text = textOf(body, 'text');
  if (text !== undefined) return config.hide(before).restore(text) ?? LOST_SECRET;
  const version = textOf(body, 'version');
  if (version !== undefined) return (await config.readVersion(version)) ?? UNKNOWN_VERSION;
  const edits = editsIn(body);
  return edits === undefined ? UNCLEAR : config.edit(before, edits);
}

/** The changes that a request asks for; undefined where it asks for none, or not clearly. */
export function editsIn({ edits }: JsonObject): readonly ConfigEdit[] | undefined {
  return Array.isArray(edits) && edits.every(isEdit) ? edits : undefined;
}

function isEdit(edit: unknown): edit is ConfigEdit {
  if (!isObject(edit)) return false;
  const { path, kind } = edit;
  const isPath = Array.isArray(path) && path.length > 0 && path.every((step) => typeof step === 'string');
  return isPath && (kind === 'set' || kind === 'append');
}

function revisionOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
}
