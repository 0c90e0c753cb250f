// Rules: what is in use and what it has done, and the workbench, where a failure or a text is tried on them.
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { assertNever } from '../../../src/std/assert-never.ts';
import { get, post } from '../api.ts';
import { counted, duration, moment } from '../format.ts';
import { ActionButton, Badge, Diff, Notice, Problems, Shown, useAsked, VerdictShown } from '../parts.tsx';
import { to } from '../route.ts';
import { decisionInWords } from '../words.ts';
import type { RuleGroup, ShownRule, WorkbenchAnswer } from '../wire.ts';

const GROUPS: readonly (readonly [RuleGroup, string, string])[] = [
  ['hard-stop', 'Hard stops', 'Failures that are never retried. The first that matches decides.'],
  ['recategorisation', 'Other statuses', 'Failures that are judged by another status than they came with.'],
  ['request', 'Rewriting of prompts', 'Applied to messages on their way to the provider.'],
  ['reply', 'Rewriting of replies', 'Applied to what the provider says.'],
  ['builtin', 'What First Hop knows itself', 'Asked after your own rules.'],
];

export function RulesView(): JSX.Element {
  const asked = useAsked((abort) => get<{ rules: readonly ShownRule[] }>('rules', abort), 0);
  return (
    <>
      <h1>Rules</h1>
      <Workbench />
      <Shown asked={asked}>
        {({ rules }) => (
          <>
            {GROUPS.map(([group, title, words]) => {
              const own = rules.filter((rule) => rule.group === group);
              return (
                <section key={group} aria-labelledby={`rules-${group}`} class="stack">
                  <h2 id={`rules-${group}`}>
                    {title} <span class="quiet">({own.length})</span>
                  </h2>
                  <p class="quiet">{own.length === 0 ? 'None.' : words}</p>
                  {group === 'builtin' ? (
                    <details>
                      <summary>Show them</summary>
                      <RuleList rules={own} />
                    </details>
                  ) : (
                    <RuleList rules={own} />
                  )}
                </section>
              );
            })}
          </>
        )}
      </Shown>
    </>
  );
}

function RuleList({ rules }: { rules: readonly ShownRule[] }): JSX.Element {
  return (
    <ul class="plain rules">
      {rules.map(({ name, pattern, description, effect, statuses, hits, lastAt, lastExchange }) => (
        <li key={name} class="rule">
          <div>
            <strong>{name}</strong> <span>{effect}</span>
            {statuses !== undefined && <span class="quiet"> · only for {statuses.join(', ')}</span>}
          </div>
          {pattern !== '' && <code class="pattern">{pattern}</code>}
          {description !== '' && <div class="quiet">{description}</div>}
          {hits !== undefined && (
            <div class="hits">
              <Badge tone={hits === 0 ? 'quiet' : 'good'}>{counted(hits, 'hit')}</Badge>
              {lastAt !== undefined && lastExchange !== undefined && (
                <>
                  {' '}
                  <a href={to('history', lastExchange)}>last {moment(lastAt)}</a>
                </>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}

const KINDS = ['failure', 'request', 'reply'] as const;
type Kind = (typeof KINDS)[number];

function Workbench(): JSX.Element {
  const [kind, setKind] = useState<Kind>('failure');
  const [text, setText] = useState('');
  const [status, setStatus] = useState('429');
  const [role, setRole] = useState('user');
  const [answer, setAnswer] = useState<WorkbenchAnswer | undefined>(undefined);
  const [tried, setTried] = useState('');
  const run = async (): Promise<void> => {
    const body =
      kind === 'failure' ? { kind, text, status: Number(status) } : { kind: 'text', to: kind, role, text };
    setTried(text);
    setAnswer(await post<WorkbenchAnswer>('workbench', body));
  };
  return (
    <section aria-labelledby="workbench" class="card stack">
      <h2 id="workbench">Workbench</h2>
      <p class="quiet">
        Paste an error, a prompt or a reply, and see which rule decides and what it changes. Nothing is sent.
      </p>
      <div class="fields">
        <label>
          What it is
          <select
            value={kind}
            onChange={(event) => setKind(KINDS.find((one) => one === event.currentTarget.value) ?? 'failure')}
          >
            <option value="failure">an answer of the provider</option>
            <option value="request">a message of a prompt</option>
            <option value="reply">a reply</option>
          </select>
        </label>
        {kind === 'failure' && (
          <label>
            Status
            <input
              inputMode="numeric"
              value={status}
              onInput={(event) => setStatus(event.currentTarget.value)}
            />
          </label>
        )}
        {kind === 'request' && (
          <label>
            Role
            <select value={role} onChange={(event) => setRole(event.currentTarget.value)}>
              {['user', 'assistant', 'system', 'tool', 'developer'].map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
      </div>
      <label>
        Text
        <textarea
          rows={5}
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <div class="actions">
        <ActionButton class="primary" act={run}>
          Try
        </ActionButton>
      </div>
      {answer !== undefined && <Found answer={answer} before={tried} />}
    </section>
  );
}

function Found({ answer, before }: { answer: WorkbenchAnswer; before: string }): JSX.Element {
  switch (answer.kind) {
    case 'invalid':
      return <Problems problems={answer.problems} />;
    case 'failure':
      return (
        <div class="stack" role="status">
          <p>
            <VerdictShown verdict={answer.judged.verdict} />
          </p>
          <p>
            On a first attempt: <strong>{decisionInWords(answer.judged.decision)}</strong>{' '}
            <span class="quiet">judged in {duration(answer.tookMs)}</span>
          </p>
          {answer.told !== undefined && (
            <p>
              If it stays so, the client reads: <q>{answer.told}</q>
            </p>
          )}
        </div>
      );
    case 'text':
      return (
        <div class="stack" role="status">
          {answer.text === before ? (
            <Notice tone="quiet">No rule changes this.</Notice>
          ) : (
            <Diff label="What the rules change" before={before} after={answer.text} />
          )}
          <ul class="plain">
            {answer.applied.map(({ rule, effect, tookMs }, index) => (
              <li key={index}>
                <code>{rule}</code>{' '}
                <Badge tone={effect === 'changed' ? 'good' : effect === 'nothing' ? 'quiet' : 'bad'}>
                  {effect === 'changed'
                    ? 'changes it'
                    : effect === 'nothing'
                      ? 'no match'
                      : 'too slow, skipped'}
                </Badge>{' '}
                <span class="quiet">{tookMs.toFixed(2)} ms</span>
              </li>
            ))}
          </ul>
        </div>
      );
    default:
      return assertNever(answer);
  }
}
