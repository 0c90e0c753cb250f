// A new rule: tried in the workbench, asked what it would have changed, and then added to the configuration.
import { useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { post } from '../api.ts';
import { addRule, editFor } from '../new-rule.ts';
import type { NewRule } from '../new-rule.ts';
import { ActionButton, PreviewShown, RuleText } from '../parts.tsx';
import type { PreviewAnswer } from '../wire.ts';
import type { Kind } from './workbench-input.ts';

type Field = 'pattern' | 'user_message' | 'new_status' | 'replacement' | 'description';

/** One kind of rule: the list it goes into, and its fields with what they are called. */
interface RuleKind {
  readonly words: string;
  readonly path: readonly string[];
  readonly fields: readonly (readonly [Field, string])[];
}

const PATTERN = ['pattern', 'Pattern'] as const;
const NOTE = ['description', 'Note'] as const;
const REWRITING: RuleKind['fields'] = [PATTERN, ['replacement', 'Replaced by'], NOTE];

const RULE_KINDS: Readonly<Record<Kind, readonly RuleKind[]>> = {
  failure: [
    {
      words: 'stop at once',
      path: ['error_handling', 'hard_stop_conditions', 'rules'],
      fields: [PATTERN, ['user_message', 'What you want to read then'], NOTE],
    },
    {
      words: 'judge by another status',
      path: ['response_parsing', 'status_recategorization', 'rules'],
      fields: [PATTERN, ['new_status', 'Status (503 is tried again)'], NOTE],
    },
  ],
  request: [{ words: 'rewrite prompts', path: ['regex_replacement', 'rules'], fields: REWRITING }],
  reply: [{ words: 'rewrite replies', path: ['response_processing', 'rules'], fields: REWRITING }],
};

const NO_VALUES: Readonly<Record<Field, string>> = {
  pattern: '',
  user_message: '',
  new_status: '503',
  replacement: '',
  description: '',
};

export function RuleForm({
  kind,
  profile,
  tryWith,
}: {
  kind: Kind;
  profile: string | undefined;
  tryWith: (rule: NewRule) => Promise<void>;
}): JSX.Element {
  const [index, setIndex] = useState(0);
  const [values, setValues] = useState(NO_VALUES);
  const [preview, setPreview] = useState<PreviewAnswer | undefined>(undefined);
  /** What is looked back with; an answer about an earlier rule is not shown any more. */
  const latest = useRef<NewRule | undefined>(undefined);
  const kinds = RULE_KINDS[kind];
  const { path, fields } = kinds[index] ?? { path: [], fields: [] };
  const rule: NewRule = { path, value: valueOf(fields, values) };
  const isEmpty = values.pattern === '';
  const forget = (): void => {
    latest.current = undefined;
    setPreview(undefined);
  };
  const change = (field: Field, value: string): void => {
    forget();
    setValues({ ...values, [field]: value });
  };
  return (
    <details>
      <summary>Write a new rule</summary>
      <div class="stack">
        <div class="fields">
          {kinds.length > 1 && (
            <label>
              What it does
              <select
                value={index}
                onChange={(event) => {
                  forget();
                  setIndex(Number(event.currentTarget.value));
                }}
              >
                {kinds.map(({ words }, at) => (
                  <option key={words} value={at}>
                    {words}
                  </option>
                ))}
              </select>
            </label>
          )}
          {fields.map(([field, label]) => (
            <label key={field}>
              {label}
              <input
                type="text"
                autocomplete="off"
                spellcheck={false}
                value={values[field]}
                onInput={(event) => change(field, event.currentTarget.value)}
              />
            </label>
          ))}
        </div>
        {!isEmpty && <RuleText rule={rule} />}
        <div class="actions">
          <ActionButton disabled={isEmpty} act={() => tryWith(rule)}>
            Try with it
          </ActionButton>
          <ActionButton
            disabled={isEmpty}
            act={async () => {
              latest.current = rule;
              const answer = await post<PreviewAnswer>('rules/preview', { profile, edits: [editFor(rule)] });
              if (latest.current === rule) setPreview(answer);
            }}
          >
            What would it have changed?
          </ActionButton>
          <ActionButton
            class="primary"
            disabled={isEmpty}
            done="Added to the configuration."
            act={() => addRule(rule, profile)}
          >
            Add it
          </ActionButton>
        </div>
        {preview !== undefined && <PreviewShown preview={preview} />}
      </div>
    </details>
  );
}

/** What is left empty is left out, but for the replacement: an empty one removes. */
function valueOf(
  fields: RuleKind['fields'],
  values: Readonly<Record<Field, string>>,
): Readonly<Record<string, string | number>> {
  return Object.fromEntries(
    fields.flatMap(([field]): readonly (readonly [string, string | number])[] => {
      const value = values[field];
      if (value === '' && field !== 'replacement') return [];
      return [[field, field === 'new_status' && Number.isFinite(Number(value)) ? Number(value) : value]];
    }),
  );
}
