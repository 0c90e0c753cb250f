// The configuration as the page edits it: its text without secrets, its problems in place, what a change would do, saving,
// and the way back to earlier versions.
import { createHash } from 'node:crypto';
import type { JsonObject } from '../std/json.ts';
import { isObject } from '../std/json.ts';
import { ok, refusal, textOf } from './api.ts';
import type { ApiAnswer, ApiRoute } from './api.ts';
import type { ConfigAccess, ConfigEdit, DashboardParts } from './parts.ts';
import type { ConfigAnswer, ConfigCheck } from './wire.ts';

export function configurationRoutes({ config }: DashboardParts): readonly ApiRoute[] {
  return [
    ['GET', 'schema', () => ok(config.schema)],
    ['GET', 'config', async () => ok(await present(config))],
    [
      'GET',
      'config/versions/*',
      async ({ params }) => {
        const text = await config.readVersion(String(params[0]));
        return text === undefined ? UNKNOWN_VERSION : ok({ text: config.hide(text).text });
      },
    ],
    [
      'POST',
      'config/check',
      async ({ body }) => {
        const before = await config.read();
        const after = await wantedText(config, before, body);
        if (typeof after !== 'string') return after;
        const compiled = config.compile(after);
        const changes = compiled.kind === 'valid' ? config.changes(before, after) : [];
        const check: ConfigCheck = { problems: compiled.problems, changes };
        return ok(check);
      },
    ],
    [
      'PUT',
      'config',
      async ({ body }) => {
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
          return refusal(
            409,
            `${config.file} could not be written (${codeOf(error)}). Check its permissions.`,
          );
        }
        return ok(await present(config));
      },
    ],
  ];
}

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

async function present(config: ConfigAccess): Promise<ConfigAnswer> {
  const text = await config.read();
  const { problems } = config.compile(text);
  return {
    text: config.hide(text).text,
    file: config.file,
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
