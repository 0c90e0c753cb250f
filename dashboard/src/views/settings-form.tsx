// The settings that most users look for first, as a form. What they mean is told in the words of the schema.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { isObject } from '../../../src/std/json.ts';
import { get, post, put, wordsOf } from '../api.ts';
import { ActionButton, Notice, Problems } from '../parts.tsx';
import type { ConfigCheck, ConfigProblem } from '../wire.ts';
import { Changes, IN_USE } from './configuration.tsx';
import type { EditingProps } from './configuration.tsx';

const SETTINGS = [
  ['target_proxy.url', 'Address of the provider'],
  ['target_proxy.apikey', 'Key'],
  ['error_handling.max_retries', 'Retries at most'],
  ['error_handling.base_delay', 'First pause (seconds)'],
  ['error_handling.max_delay', 'Longest pause (seconds)'],
  ['error_handling.max_elapsed', 'No new attempt after (seconds)'],
  ['error_handling.builtin_rules', 'Use First Hop’s own knowledge of failures'],
  ['streaming.rescue.enabled', 'Continue replies that break off'],
  ['streaming.keepalive_after', 'Sign of life after (seconds)'],
] as const;

interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

type Value = string | number | boolean | undefined;

export function SettingsForm({ config, reload, touched }: EditingProps): JSX.Element {
  const { profile } = config;
  const [schema, setSchema] = useState<SchemaNode | undefined>(undefined);
  const [changed, setChanged] = useState<Readonly<Record<string, Value>>>({});
  const [check, setCheck] = useState<ConfigCheck | undefined>(undefined);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const edits = Object.entries(changed).map(([path, value]) => ({
    kind: 'set',
    path: path.split('.'),
    value: typedValue(value, at(schema, path)),
  }));
  useEffect(() => {
    get<SchemaNode>('schema').then(setSchema, (error: unknown) => setFailure(wordsOf(error)));
  }, []);
  useEffect(() => {
    const leaving = new AbortController();
    if (edits.length === 0) setCheck(undefined);
    else
      post<ConfigCheck>('config/check', { profile, edits }, leaving.signal).then(
        setCheck,
        (error: unknown) => {
          if (!leaving.signal.aborted) setFailure(wordsOf(error));
        },
      );
    return () => leaving.abort();
  }, [changed]);
  const isChanged = edits.length > 0;
  // Before anything else can be clicked.
  useLayoutEffect(() => {
    touched(isChanged);
    return () => touched(false);
  }, [isChanged]);
  if (config.settings === undefined)
    return (
      <>
        <Notice tone="bad">This configuration can not be used. Correct it in “Whole file”.</Notice>
        <Problems problems={config.problems} />
      </>
    );
  const hasErrors = check?.problems.some(({ severity }) => severity === 'error') === true;
  return (
    <form class="stack settings" onSubmit={(event) => event.preventDefault()}>
      {SETTINGS.map(([path, label]) => (
        <Setting
          key={path}
          path={path}
          label={label}
          schema={at(schema, path)}
          problems={check?.problems.filter((problem) => problem.path === path) ?? []}
          value={Object.hasOwn(changed, path) ? changed[path] : valueAt(config.settings, path)}
          set={(value) => setChanged({ ...changed, [path]: value })}
        />
      ))}
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {check !== undefined && (
        <Problems problems={check.problems.filter(({ path }) => !SETTINGS.some(([own]) => own === path))} />
      )}
      {check !== undefined && !hasErrors && <Changes changes={check.changes} />}
      <div class="actions at-hand">
        <ActionButton
          class="primary"
          disabled={!isChanged || hasErrors}
          act={async () => {
            await put('config', { profile, edits, revision: config.revision });
            reload(IN_USE);
          }}
        >
          Save
        </ActionButton>
      </div>
    </form>
  );
}

function Setting({
  path,
  label,
  schema,
  problems,
  value,
  set,
}: {
  path: string;
  label: string;
  schema: SchemaNode | undefined;
  problems: readonly ConfigProblem[];
  value: Value;
  set: (value: string | boolean) => void;
}): JSX.Element {
  const id = path.replaceAll('.', '-');
  const help = `${id}-help`;
  const isKey = path === 'target_proxy.apikey';
  const type = schema?.type;
  if (type === 'boolean')
    return (
      <div class="setting">
        <label class="check">
          <input
            type="checkbox"
            checked={value === true}
            aria-describedby={help}
            onChange={(event) => set(event.currentTarget.checked)}
          />
          {label}
        </label>
        <Help id={help} schema={schema} path={path} />
      </div>
    );
  const isNumber = type === 'number' || type === 'integer';
  const shared = { id, 'aria-describedby': help, autocomplete: 'off' } as const;
  return (
    <div class="setting">
      <label for={id}>{label}</label>
      {isKey ? (
        <input
          {...shared}
          type="password"
          placeholder={value === undefined ? '' : `kept: ${String(value)}`}
          onInput={(event) => set(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          type="text"
          inputMode={isNumber ? 'decimal' : 'text'}
          value={value === undefined ? '' : String(value)}
          onInput={(event) => set(event.currentTarget.value)}
        />
      )}
      <Problems problems={problems} />
      <Help id={help} schema={schema} path={path} />
    </div>
  );
}

function Help({
  id,
  schema,
  path,
}: {
  id: string;
  schema: SchemaNode | undefined;
  path: string;
}): JSX.Element {
  return (
    <p class="quiet help" id={id}>
      <code>{path}</code> {inCode(schema?.description ?? '')}
      {schema?.default !== undefined && ` Default: ${JSON.stringify(schema.default)}.`}
    </p>
  );
}

/** What stands between backticks in a description is code. */
function inCode(text: string): readonly (JSX.Element | string)[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}

/** What was typed, as the setting wants it; null takes the setting out. What is no number is sent as it is, to be objected to. */
function typedValue(value: Value, schema: SchemaNode | undefined): string | number | boolean | null {
  const typed = typeof value === 'string' ? value.trim() : (value ?? '');
  if (typed === '') return null;
  const isNumber = schema?.type === 'number' || schema?.type === 'integer';
  return isNumber && Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

function at(schema: SchemaNode | undefined, path: string): SchemaNode | undefined {
  let node = schema;
  for (const step of path.split('.')) node = node?.properties?.[step];
  return node;
}

function valueAt(settings: unknown, path: string): Value {
  let value = settings;
  for (const step of path.split('.')) value = isObject(value) ? value[step] : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
