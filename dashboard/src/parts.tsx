// Small pieces that several views are made of. Text from outside is only ever given to the browser as text.
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { wordsOf } from './api.ts';
import { diffLines } from './diff.ts';
import type { NewRule } from './new-rule.ts';
import type { ConfigProblem, PreviewAnswer, ShownVerdict } from './wire.ts';
import { counted, moment } from './format.ts';
import { to } from './route.ts';
import { toneOf } from './words.ts';
import type { Tone } from './words.ts';

/** What has been asked for: not yet there, there, or why not. */
export type Asked<T> =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'there'; readonly value: T }
  | { readonly kind: 'failed'; readonly words: string };

/** Asks when the view opens, and again when `key` changes. */
export function useAsked<T>(ask: (abort: AbortSignal) => Promise<T>, key: unknown): Asked<T> {
  const [asked, setAsked] = useState<Asked<T>>({ kind: 'waiting' });
  useEffect(() => {
    const leaving = new AbortController();
    const set = (next: Asked<T>): void => {
      if (!leaving.signal.aborted) setAsked(next);
    };
    ask(leaving.signal).then(
      (value) => set({ kind: 'there', value }),
      (error: unknown) => set({ kind: 'failed', words: wordsOf(error) }),
    );
    return () => leaving.abort();
  }, [key]);
  return asked;
}

/** Shows what has been asked for when it is there. */
export function Shown<T>({
  asked,
  children,
}: {
  asked: Asked<T>;
  children: (value: T) => ComponentChildren;
}): JSX.Element {
  if (asked.kind === 'waiting') return <p class="quiet">Loading …</p>;
  if (asked.kind === 'failed') return <Notice tone="bad">{asked.words}</Notice>;
  return <>{children(asked.value)}</>;
}

/** A sentence that matters. Screen readers say it when it appears. */
export function Notice({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <p class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </p>
  );
}

export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** A verdict in words, with the rule that says so and what the upstream said. */
export function VerdictShown({ verdict }: { verdict: ShownVerdict }): JSX.Element {
  return (
    <>
      <Badge tone={toneOf(verdict)}>{verdict.words}</Badge>
      {verdict.rule !== undefined && (
        <span class="quiet">
          {' '}
          by <code>{verdict.rule}</code>
        </span>
      )}
      {verdict.message !== undefined && verdict.message !== '' && <q class="said">{verdict.message}</q>}
    </>
  );
}

/** A button that asks for something and says so, or why not. */
export function ActionButton({
  act,
  done,
  children,
  class: className = '',
  disabled = false,
}: {
  act: () => Promise<void>;
  done?: string;
  children: ComponentChildren;
  class?: string;
  disabled?: boolean;
}): JSX.Element {
  const [said, setSaid] = useState<{ tone: Tone; words: string } | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const run = async (): Promise<void> => {
    setBusy(true);
    setSaid(undefined);
    try {
      await act();
      if (done !== undefined) setSaid({ tone: 'good', words: done });
    } catch (error) {
      setSaid({ tone: 'bad', words: wordsOf(error) });
    }
    setBusy(false);
  };
  return (
    <span class="action">
      <button type="button" class={className} disabled={disabled || isBusy} onClick={() => void run()}>
        {children}
      </button>
      {said !== undefined && (
        <span class={`said-by-action ${said.tone}`} role={said.tone === 'bad' ? 'alert' : 'status'}>
          {said.words}
        </span>
      )}
    </span>
  );
}

/** What has to be removed from one text and added to get another. */
export function Diff({
  before,
  after,
  label,
}: {
  before: string;
  after: string;
  label: string;
}): JSX.Element {
  const marks = { same: ' ', removed: '−', added: '+' } as const;
  return (
    <div class="diff code" role="region" aria-label={label} tabIndex={0}>
      {diffLines(before, after).map(({ kind, lines }, index) => (
        <div key={index} class={kind}>
          {kind !== 'same' && <span class="sr-only">{kind}: </span>}
          {(kind === 'same' && lines.length > 8
            ? [...lines.slice(0, 3), '…', ...lines.slice(-3)]
            : lines
          ).map((line, row) => (
            <div key={row}>
              <span aria-hidden="true">{marks[kind]} </span>
              {line}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

/** A text as it came, in a box of its own. */
export function Text({ label, children }: { label: string; children: string }): JSX.Element {
  return (
    <pre class="code" role="region" aria-label={label} tabIndex={0}>
      {children}
    </pre>
  );
}

/** The problems of a configuration, in the order of the file. */
export function Problems({ problems }: { problems: readonly ConfigProblem[] }): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <ul class="problems" aria-label="Problems">
      {problems.map(({ severity, line, path, message, suggestion }, index) => (
        <li key={index}>
          <Badge tone={severity === 'error' ? 'bad' : 'warn'}>{severity}</Badge>
          {line !== undefined && <span class="quiet"> line {line}</span>}
          {path !== '' && <code> {path}</code>} {message}
          {suggestion !== undefined && (
            <>
              ; did you mean <code>{suggestion}</code>?
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What other rules would have changed. */
export function PreviewShown({ preview }: { preview: PreviewAnswer }): JSX.Element {
  if (preview.kind === 'invalid') return <Problems problems={preview.problems} />;
  return (
    <div class="stack">
      <Notice tone={preview.changed === 0 ? 'quiet' : 'warn'}>
        Would have changed {preview.changed} of the last {preview.looked} exchanges
        {preview.isPartial ? ' (looking at more would have taken too long)' : ''}.
        {preview.unknown > 0 &&
          ` Of ${counted(preview.unknown, 'exchange')} it can not be told: something was not kept, or a rule took too long.`}
      </Notice>
      {preview.examples.length > 0 && (
        <ul class="plain">
          {preview.examples.map(({ id, startedAt, model, before, after }) => (
            <li key={id} class="example">
              <a href={to('history', id)}>{moment(startedAt)}</a> <span class="quiet">{model}</span>
              <div class="was">
                <span class="sr-only">before: </span>
                {before}
              </div>
              <div class="is">
                <span class="sr-only">after: </span>
                {after}
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A rule as it will stand in the configuration. */
export function RuleText({ rule: { path, value } }: { rule: NewRule }): JSX.Element {
  return (
    <pre class="code" role="region" tabIndex={0} aria-label="The rule">
      {[
        `${path.join('.')}:`,
        ...Object.entries(value).map(([key, one], index) => `${index === 0 ? '- ' : '  '}${key}: ${one}`),
      ].join('\n')}
    </pre>
  );
}
