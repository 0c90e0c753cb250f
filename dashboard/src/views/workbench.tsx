// The workbench: a failure, a prompt or a reply, pasted or picked from what is recorded, is tried on the rules in use, or on
// a rule that is about to be added.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, post, wordsOf } from '../api.ts';
import { editFor } from '../new-rule.ts';
import type { NewRule } from '../new-rule.ts';
import { ActionButton, Notice } from '../parts.tsx';
import type { Recorded, RecordedTexts, RuleText, WorkbenchAnswer } from '../wire.ts';
import { RecordedPicker } from './recorded-picker.tsx';
import { RuleForm } from './rule-form.tsx';
import { WorkbenchResult } from './workbench-result.tsx';
import { ALL, EMPTY, filled, headerPairs, KINDS, NAMES, textsOf } from './workbench-input.ts';
import type { Input } from './workbench-input.ts';

/** What was tried, and what came of it. */
interface Tried {
  readonly answer: WorkbenchAnswer;
  readonly texts: readonly RuleText[];
}

/** @param exchange a recorded exchange to begin with */
export function Workbench({ exchange }: { exchange: string | undefined }): JSX.Element {
  const [input, setInput] = useState<Input>(EMPTY);
  const [recorded, setRecorded] = useState<RecordedTexts | undefined>(undefined);
  const [tried, setTried] = useState<Tried | undefined>(undefined);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const profile = recorded?.profile;
  /** Goes up with whatever is begun or typed: an answer to what was asked before is not shown any more. */
  const round = useRef(0);
  const run = async (what: Input, of: string | undefined, rule?: NewRule): Promise<void> => {
    const own = (round.current += 1);
    const texts = textsOf(what);
    const { kind, text, status, headers } = what;
    const tries =
      kind === 'failure'
        ? { kind, text, status: Number(status), headers: headerPairs(headers) }
        : { kind: 'text', to: kind, texts };
    const edits = rule === undefined ? {} : { edits: [editFor(rule)] };
    const answer = await post<WorkbenchAnswer>('workbench', { ...tries, profile: of, ...edits });
    if (own === round.current) setTried({ texts, answer });
  };
  /** Takes over what an exchange has, and tries it. */
  const open = async (id: string, kind?: Input['kind'], attempt?: number): Promise<void> => {
    const own = (round.current += 1);
    const texts = await get<RecordedTexts>(`workbench/recorded/${encodeURIComponent(id)}`);
    if (own !== round.current) return;
    const next = filled(texts, kind, attempt);
    setRecorded(texts);
    setInput(next ?? EMPTY);
    setTried(undefined);
    setFailure(next === undefined ? 'No texts of this exchange were kept.' : undefined);
    if (next !== undefined) await run(next, texts.profile);
  };
  useEffect(() => {
    if (exchange !== undefined) open(exchange).catch((error: unknown) => setFailure(wordsOf(error)));
  }, [exchange]);
  const change = (part: Partial<Input>): void => {
    round.current += 1;
    setTried(undefined);
    setFailure(undefined);
    setInput({ ...input, ...part });
  };
  return (
    <section aria-labelledby="workbench" class="card stack">
      <h2 id="workbench">Workbench</h2>
      <p class="quiet">
        Paste an error, a prompt or a reply, or pick a recorded one, and see which rule decides and what it
        changes. Nothing is sent.
      </p>
      <div class="fields">
        <label>
          What it is
          <select
            value={input.kind}
            onChange={({ currentTarget: { value } }) => {
              const kind = KINDS.find((one) => one === value) ?? 'failure';
              const known = recorded === undefined ? undefined : filled(recorded, kind);
              change(known ?? { kind, role: NAMES[kind][0] ?? '', parts: [], chosen: ALL });
            }}
          >
            <option value="failure">an answer of the provider</option>
            <option value="request">a message of a prompt</option>
            <option value="reply">a reply</option>
          </select>
        </label>
        <InputFields input={input} change={change} />
      </div>
      <RecordedPicker
        key={input.kind}
        kind={input.kind}
        pick={({ id, attempt }: Recorded) => open(id, input.kind, attempt)}
      />
      <InputText input={input} change={change} />
      {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      {profile !== undefined && (
        <p class="quiet">
          Tried on the rules of the profile <code>{profile}</code>.{' '}
          <button
            type="button"
            onClick={() => {
              change({});
              setRecorded(undefined);
            }}
          >
            Take the main rules
          </button>
        </p>
      )}
      <div class="actions">
        <ActionButton class="primary" act={() => run(input, profile)}>
          Try
        </ActionButton>
      </div>
      {tried !== undefined && <WorkbenchResult answer={tried.answer} texts={tried.texts} />}
      <RuleForm
        key={`rule ${input.kind}`}
        kind={input.kind}
        profile={profile}
        tryWith={(rule) => run(input, profile, rule)}
      />
    </section>
  );
}

interface InputProps {
  readonly input: Input;
  readonly change: (part: Partial<Input>) => void;
}

function InputFields({ input, change }: InputProps): JSX.Element {
  const { kind, status, role, parts, chosen } = input;
  const names = NAMES[kind];
  return (
    <>
      {kind === 'failure' && (
        <label>
          Status
          <input
            inputMode="numeric"
            value={status}
            onInput={(event) => change({ status: event.currentTarget.value })}
          />
        </label>
      )}
      {parts.length > 1 && (
        <label>
          Which
          <select
            value={String(chosen)}
            onChange={(event) => {
              const index = Number(event.currentTarget.value);
              const part = parts[index];
              change({ chosen: index, ...(part !== undefined && { text: part.text, role: part.kind }) });
            }}
          >
            <option value={String(ALL)}>all {parts.length} texts</option>
            {parts.map(({ where, text }, index) => (
              <option key={index} value={String(index)}>
                {where}: {text.slice(0, 40)}
              </option>
            ))}
          </select>
        </label>
      )}
      {kind !== 'failure' && (parts.length < 2 || chosen !== ALL) && (
        <label>
          {kind === 'request' ? 'Role' : 'Part'}
          <select value={role} onChange={(event) => change({ role: event.currentTarget.value })}>
            {[...new Set([...names, role])].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

function InputText({ input, change }: InputProps): JSX.Element {
  const { kind, text, headers, parts, chosen } = input;
  if (kind !== 'failure' && parts.length > 1 && chosen === ALL)
    return (
      <details>
        <summary>The texts</summary>
        <div class="stack">
          {parts.map((part, index) => (
            <div key={index} class="message">
              <h3>{part.where}</h3>
              <div class="message-text" tabIndex={0} role="region" aria-label={part.where}>
                {part.text}
              </div>
            </div>
          ))}
        </div>
      </details>
    );
  return (
    <>
      {kind === 'failure' && (
        <label>
          Headers, one per line
          <textarea
            rows={2}
            spellcheck={false}
            placeholder="retry-after: 20"
            value={headers}
            onInput={(event) => change({ headers: event.currentTarget.value })}
          />
        </label>
      )}
      <label>
        Text
        <textarea
          rows={5}
          spellcheck={false}
          value={text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
    </>
  );
}
