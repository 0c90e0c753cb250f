// Configuration: the first settings as a form, the whole file in an editor, what a change would do, and the way back.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { ApiError, get, post, put, wordsOf } from '../api.ts';
import type { EditorHandle } from '../editor/editor.ts';
import type { SchemaNode } from '../editor/schema-at.ts';
import { moment } from '../format.ts';
import { configPath } from '../new-rule.ts';
import { ActionButton, Diff, Notice, PreviewShown, Problems, Shown, useAsked } from '../parts.tsx';
import type { ConfigAnswer, ConfigChange, ConfigCheck, PreviewAnswer } from '../wire.ts';
import { SettingsForm } from './settings-form.tsx';

const TYPING_MS = 300;

export function ConfigurationView(): JSX.Element {
  const [round, setRound] = useState(0);
  const [saved, setSaved] = useState<string | undefined>(undefined);
  const [isText, setText] = useState(false);
  const [profile, setProfile] = useState<string | undefined>(undefined);
  const asked = useAsked(
    (abort) => get<ConfigAnswer>(configPath('config', profile), abort),
    `${round} ${profile ?? ''}`,
  );
  /** Whether something is typed that would be lost with what it stands in. */
  const isUnsaved = useRef(false);
  const touched = (isChanged: boolean): void => {
    isUnsaved.current = isChanged;
  };
  const mayLeave = (): boolean =>
    !isUnsaved.current || window.confirm('What you have changed is not saved. Leave it?');
  const edit = (whole: boolean): void => {
    if (whole !== isText && mayLeave()) setText(whole);
  };
  const choose = (name: string | undefined): boolean => {
    if (!mayLeave()) return false;
    setSaved(undefined);
    setProfile(name);
    return true;
  };
  const reload = (words: string): void => {
    setSaved(words);
    setRound((one) => one + 1);
  };
  return (
    <>
      <h1>Configuration</h1>
      <div class="tabs" role="group" aria-label="How to edit">
        <button type="button" aria-pressed={!isText} onClick={() => edit(false)}>
          First settings
        </button>
        <button type="button" aria-pressed={isText} onClick={() => edit(true)}>
          Whole file
        </button>
      </div>
      {saved !== undefined && <Notice tone="good">{saved}</Notice>}
      <Shown asked={asked}>
        {(config) => (
          <div class="stack" key={`${config.file} ${config.revision}`}>
            <FileChoice config={config} choose={choose} />
            {isText ? (
              <TextEditor config={config} reload={reload} touched={touched} />
            ) : (
              <SettingsForm config={config} reload={reload} touched={touched} />
            )}
            <Versions config={config} reload={reload} />
          </div>
        )}
      </Shown>
      {asked.kind === 'failed' && profile !== undefined && (
        <div class="actions">
          <button type="button" onClick={() => choose(undefined)}>
            Open the main configuration
          </button>
        </div>
      )}
    </>
  );
}

/** Which file is edited: the main one, or one of the profiles. */
function FileChoice({
  config: { file, files, profile },
  choose,
}: {
  config: ConfigAnswer;
  /** Whether it is opened. */
  choose: (profile: string | undefined) => boolean;
}): JSX.Element {
  return (
    <>
      {files.length > 1 && (
        <label class="narrow">
          File
          <select
            value={profile ?? ''}
            onChange={({ currentTarget }) => {
              if (!choose(currentTarget.value || undefined)) currentTarget.value = profile ?? '';
            }}
          >
            {files.map((one) => (
              <option key={one.profile ?? ''} value={one.profile ?? ''}>
                {one.profile === undefined ? 'the main configuration' : `profile ${one.profile}`}
              </option>
            ))}
          </select>
        </label>
      )}
      <p class="quiet">
        <code>{file}</code>
      </p>
    </>
  );
}

/** What is said after every kind of saving. */
export const IN_USE =
  'Saved. It is in use within two seconds; replies that are running keep what they began with.';

/** What both ways of editing need. */
export interface EditingProps {
  readonly config: ConfigAnswer;
  /** Asks for the file anew, and says why. */
  readonly reload: (words: string) => void;
  /** Is told whether anything is typed that is not saved. */
  readonly touched: (isChanged: boolean) => void;
}

function TextEditor({ config, reload, touched }: EditingProps): JSX.Element {
  const { profile } = config;
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorHandle | undefined>(undefined);
  const [text, setText] = useState(config.text);
  const [check, setCheck] = useState<ConfigCheck | undefined>(undefined);
  const [preview, setPreview] = useState<PreviewAnswer | undefined>(undefined);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  useEffect(() => {
    let isGone = false;
    // The editor is large, so it is loaded when it is opened first.
    Promise.all([import('../editor/editor.ts'), get<SchemaNode>('schema')]).then(
      ([{ openEditor }, schema]) => {
        if (isGone || place.current === null) return undefined;
        editor.current = openEditor(place.current, config.text, schema, setText);
        return editor.current.show(config.problems);
      },
      (error: unknown) => setFailure(wordsOf(error)),
    );
    return () => {
      isGone = true;
      editor.current?.close();
    };
  }, []);
  useEffect(() => {
    if (text === config.text) {
      setCheck(undefined);
      editor.current?.show(config.problems);
      return undefined;
    }
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      post<ConfigCheck>('config/check', { profile, text }, leaving.signal).then(
        (result) => {
          setCheck(result);
          setFailure(undefined);
          return editor.current?.show(result.problems);
        },
        (error: unknown) => {
          if (!leaving.signal.aborted) setFailure(wordsOf(error));
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [text]);
  const isChanged = text !== config.text;
  // Before anything else can be clicked.
  useLayoutEffect(() => {
    touched(isChanged);
    return () => touched(false);
  }, [isChanged]);
  const hasErrors = check?.problems.some(({ severity }) => severity === 'error') === true;
  return (
    <div class="stack">
      <div ref={place} class="editor" />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      <Problems problems={check?.problems ?? config.problems} />
      {isChanged && check !== undefined && !hasErrors && <Changes changes={check.changes} />}
      <div class="actions">
        <ActionButton
          class="primary"
          disabled={!isChanged || hasErrors}
          act={async () => {
            try {
              await put<ConfigAnswer>('config', { profile, text, revision: config.revision });
              reload(IN_USE);
            } catch (error) {
              if (error instanceof ApiError) editor.current?.show(error.problems);
              throw error;
            }
          }}
        >
          Save
        </ActionButton>
        <ActionButton
          disabled={!isChanged || hasErrors}
          act={async () => setPreview(await post('rules/preview', { profile, config: text }))}
        >
          What would it have changed?
        </ActionButton>
      </div>
      {preview !== undefined && <PreviewShown preview={preview} />}
      {isChanged && (
        <details>
          <summary>Difference to the file</summary>
          <Diff label="Difference to the file" before={config.text} after={text} />
        </details>
      )}
    </div>
  );
}

/** The settings that would change, one per line. */
export function Changes({ changes }: { changes: readonly ConfigChange[] }): JSX.Element {
  if (changes.length === 0) return <Notice tone="quiet">No setting would change.</Notice>;
  return (
    <section aria-label="What would change">
      <h3>What would change</h3>
      <ul class="plain">
        {changes.map(({ path, before, after }) => (
          <li key={path} class="example">
            <code>{path}</code>
            <div class="was">
              <span class="sr-only">before: </span>
              {before ?? 'not set'}
            </div>
            <div class="is">
              <span class="sr-only">after: </span>
              {after ?? 'not set'}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Versions({
  config,
  reload,
}: {
  config: ConfigAnswer;
  reload: (words: string) => void;
}): JSX.Element | null {
  const { profile } = config;
  const [shown, setShown] = useState<{ id: string; text: string } | undefined>(undefined);
  if (config.versions.length === 0) return null;
  return (
    <section aria-labelledby="versions" class="stack">
      <h2 id="versions">Earlier versions</h2>
      <ul class="plain">
        {config.versions.map(({ id, savedAt }) => (
          <li key={id}>
            <ActionButton
              act={async () =>
                setShown({
                  id,
                  text: (await get<{ text: string }>(configPath(`config/versions/${id}`, profile))).text,
                })
              }
            >
              as it was until {moment(savedAt)}
            </ActionButton>
          </li>
        ))}
      </ul>
      {shown !== undefined && (
        <>
          <Diff label="What going back would change" before={config.text} after={shown.text} />
          <div class="actions">
            <ActionButton
              class="primary"
              act={async () => {
                await put('config', { profile, version: shown.id, revision: config.revision });
                reload(`Went back to the earlier version. ${IN_USE}`);
              }}
            >
              Go back to this version
            </ActionButton>
          </div>
        </>
      )}
    </section>
  );
}
