// One exchange in full: its attempts and why each was judged as it was, what was asked and sent, and what the client got.
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, getText, post } from '../api.ts';
import { bytes, counted, duration, moment } from '../format.ts';
import { ActionButton, Badge, Diff, Notice, Shown, Text, useAsked, VerdictShown } from '../parts.tsx';
import { indented, messagesIn, replyText, script } from '../readable.ts';
import { to } from '../route.ts';
import { Timeline, TimelineKey } from '../timeline.tsx';
import { decisionInWords, endInWords, toneOfEnd } from '../words.ts';
import type {
  AttemptEntry,
  FullExchange as Entry,
  JudgeAnswer,
  LiveAttempt,
  RecordedOutcome,
  ShownVerdict,
} from '../wire.ts';

export function ExchangeView({ id }: { id: string }): JSX.Element {
  const asked = useAsked((abort) => get<Entry>(`exchanges/${encodeURIComponent(id)}`, abort), id);
  return (
    <>
      <p>
        <a href={to('history')}>← History</a>
      </p>
      <Shown asked={asked}>{(entry) => <Exchange entry={entry} />}</Shown>
    </>
  );
}

function Exchange({ entry }: { entry: Entry }): JSX.Element {
  const {
    end,
    model,
    startedAt,
    elapsedMs,
    firstContentMs,
    attempts,
    rescues,
    tokens,
    endpoint,
    stream,
    profile,
  } = entry;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Time', moment(startedAt)],
    ['Took', duration(elapsedMs)],
    ['First words after', firstContentMs === undefined ? undefined : duration(firstContentMs)],
    ['Attempts', `${attempts}${rescues > 0 ? `, ${counted(rescues, 'continuation')}` : ''}`],
    ['Asked for', `${endpoint === 'chat' ? 'chat' : 'text'}, ${stream ? 'streamed' : 'in one piece'}`],
    ['Profile', profile],
    [
      'Tokens',
      tokens === undefined ? undefined : `${tokens.prompt ?? '?'} in, ${tokens.completion ?? '?'} out`,
    ],
    ['Size', `${bytes(entry.requestBytes)} asked, ${bytes(entry.replyBytes)} told`],
  ];
  return (
    <div class="stack">
      <h1>
        {model ?? 'no model'} <Badge tone={toneOfEnd(end)}>{endInWords(end)}</Badge>
      </h1>
      {end.kind === 'failed' && <Notice tone="bad">{end.message}</Notice>}
      <dl class="facts">
        {facts.map(([label, value]) =>
          value === undefined ? null : (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      <Actions entry={entry} />
      <Attempts entry={entry} />
      <Request entry={entry} />
      <Reply entry={entry} />
    </div>
  );
}

function Actions({ entry }: { entry: Entry }): JSX.Element {
  const [again, setAgain] = useState<JudgeAnswer | undefined>(undefined);
  const path = `exchanges/${encodeURIComponent(entry.id)}`;
  return (
    <section aria-label="What to do with it" class="stack">
      <div class="actions">
        <ActionButton
          done="Copied. Put your key in where it says YOUR_KEY."
          act={async () => navigator.clipboard.writeText(await getText(`${path}/curl`))}
        >
          Copy as curl
        </ActionButton>
        <ActionButton
          done="Saved."
          act={async () => save(`first-hop-${entry.id}.json`, await getText(`${path}/fixture`))}
        >
          Export for a bug report
        </ActionButton>
        <ActionButton act={async () => setAgain(await post<JudgeAnswer>(`${path}/judge`, {}))}>
          Judge again by the present rules
        </ActionButton>
        <a class="button" href={to('rules', entry.id)}>
          Open in the workbench
        </a>
      </div>
      {again !== undefined && <JudgedAgain answer={again} />}
    </section>
  );
}

function save(name: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

function JudgedAgain({ answer }: { answer: JudgeAnswer }): JSX.Element {
  const changed = answer.attempts.filter(({ isChanged }) => isChanged);
  return (
    <div class="stack">
      <Notice tone={changed.length === 0 ? 'quiet' : 'warn'}>
        {changed.length === 0 ? 'The present rules say the same.' : 'The present rules judge this otherwise.'}
        {answer.unknown > 0 &&
          ` ${counted(answer.unknown, 'answer')} could not be judged: they were not kept.`}
      </Notice>
      {changed.map(({ attempt, before, after }, index) => (
        <div key={index} class="example">
          <strong>Attempt {attempt}</strong>
          <div class="was">
            <VerdictShown verdict={before.verdict} /> – {decisionInWords(before.decision)}
          </div>
          <div class="is">
            <VerdictShown verdict={after.verdict} /> – {decisionInWords(after.decision)}
          </div>
        </div>
      ))}
    </div>
  );
}

/** A recorded attempt as the running ones are shown. */
function live(attempt: AttemptEntry, verdict: ShownVerdict | undefined): LiveAttempt {
  const last = attempt.judgements.at(-1);
  const { why, startedMs, connectedMs, answeredMs, shownMs, endedMs } = attempt;
  const decision = last?.decision;
  return {
    why,
    startedMs,
    endedMs,
    ...(connectedMs !== undefined && { connectedMs }),
    ...(answeredMs !== undefined && { answeredMs }),
    ...(shownMs !== undefined && { shownMs }),
    ...(verdict !== undefined && { verdict }),
    ...((decision?.kind === 'retry' || decision?.kind === 'rescue') && { waitMs: decision.delayMs }),
  };
}

function Attempts({ entry }: { entry: Entry }): JSX.Element {
  return (
    <section aria-labelledby="attempts" class="stack">
      <h2 id="attempts">Attempts</h2>
      <TimelineKey />
      <Timeline
        attempts={entry.tries.map((attempt, index) => live(attempt, entry.verdicts[index]?.at(-1)))}
        totalMs={entry.elapsedMs}
      />
      {entry.tries.map((attempt, index) => (
        <details key={index}>
          <summary>
            Attempt {index + 1}: what came, and why it was judged so ({bytes(attempt.bytes)})
          </summary>
          {attempt.judgements.map((judgement, position) => {
            const verdict = entry.verdicts[index]?.[position];
            return (
              <div key={position} class="judgement stack">
                <p>
                  <span class="quiet">at {duration(judgement.atMs)}</span>{' '}
                  {verdict !== undefined && <VerdictShown verdict={verdict} />} –{' '}
                  {decisionInWords(judgement.decision)}
                </p>
                <Outcome outcome={judgement.outcome} />
              </div>
            );
          })}
        </details>
      ))}
    </section>
  );
}

function Outcome({ outcome }: { outcome: RecordedOutcome }): JSX.Element {
  const { kind, ...rest } = outcome;
  const headers = 'headers' in outcome ? outcome.headers : [];
  const body = outcome.kind === 'responded' ? outcome.body : undefined;
  const facts = Object.entries(rest).filter(([name]) => name !== 'headers' && name !== 'body');
  return (
    <>
      <p>
        <code>{kind}</code>{' '}
        {facts.map(([name, value]) => (
          <span key={name} class="quiet">
            {name}: {typeof value === 'string' ? value : JSON.stringify(value)}{' '}
          </span>
        ))}
      </p>
      {headers.length > 0 && (
        <Text label="Headers of the answer">
          {headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
        </Text>
      )}
      {body !== undefined && body !== '' && <Text label="The answer">{indented(body)}</Text>}
    </>
  );
}

/** Which rules have changed a text; their names are the user's own words. */
function ChangedBy({ rules }: { rules: readonly string[] | undefined }): JSX.Element | null {
  if (rules === undefined) return null;
  return (
    <p>
      Changed by{' '}
      {rules.map((rule, index) => (
        <span key={rule}>
          {index > 0 && ', '}
          <code>{rule}</code>
        </span>
      ))}
    </p>
  );
}

function Request({ entry: { request, headers, changedBy } }: { entry: Entry }): JSX.Element {
  const { received, sent } = request ?? {};
  const messages = received === undefined ? undefined : messagesIn(received);
  return (
    <section aria-labelledby="request" class="stack">
      <h2 id="request">What was asked</h2>
      {received === undefined && <p class="quiet">The request was not kept.</p>}
      <ChangedBy rules={changedBy?.request} />
      {sent !== undefined && received !== undefined && (
        <>
          <p>Your rules have changed it on its way:</p>
          <Diff
            label="What the rules changed in the request"
            before={script(received)}
            after={script(sent)}
          />
        </>
      )}
      {messages?.map(({ role, text }, index) => (
        <div key={index} class="message">
          <h3>{role}</h3>
          <div class="message-text">{text}</div>
        </div>
      ))}
      {received !== undefined && (
        <details open={messages === undefined}>
          <summary>As it was received</summary>
          <Text label="The request as it was received">{indented(received)}</Text>
        </details>
      )}
      {headers !== undefined && headers.length > 0 && (
        <details>
          <summary>Headers</summary>
          <Text label="Headers of the request">
            {headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
          </Text>
        </details>
      )}
    </section>
  );
}

function Reply({ entry: { reply, changedBy } }: { entry: Entry }): JSX.Element {
  const { received, sent } = reply ?? {};
  return (
    <section aria-labelledby="reply" class="stack">
      <h2 id="reply">What the client got</h2>
      {received === undefined && sent === undefined && <p class="quiet">No reply was kept.</p>}
      <ChangedBy rules={changedBy?.reply} />
      {received !== undefined && sent !== undefined && (
        <>
          <p>Your rules have changed it on its way:</p>
          <Diff
            label="What the rules changed in the reply"
            before={replyText(received)}
            after={replyText(sent)}
          />
        </>
      )}
      {(sent ?? received) !== undefined && (
        <div class="message message-text">{replyText(sent ?? received ?? '')}</div>
      )}
    </section>
  );
}
