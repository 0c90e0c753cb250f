// Rules: what is in use and what it has done, below the workbench, where failures and texts are tried on them.
import type { JSX } from 'preact';
import { get } from '../api.ts';
import { counted, moment } from '../format.ts';
import { Badge, Shown, useAsked } from '../parts.tsx';
import { to } from '../route.ts';
import type { RuleGroup, ShownRule } from '../wire.ts';
import { Workbench } from './workbench.tsx';

const GROUPS: readonly (readonly [RuleGroup, string, string])[] = [
  ['hard-stop', 'Hard stops', 'Failures that are never retried. The first that matches decides.'],
  ['recategorisation', 'Other statuses', 'Failures that are judged by another status than they came with.'],
  ['request', 'Rewriting of prompts', 'Applied to messages on their way to the provider.'],
  ['reply', 'Rewriting of replies', 'Applied to what the provider says.'],
  ['builtin', 'What First Hop knows itself', 'Asked after your own rules.'],
];

/** @param exchange the recorded exchange that the workbench opens with, if any */
export function RulesView({ exchange }: { exchange: string | undefined }): JSX.Element {
  const asked = useAsked((abort) => get<{ rules: readonly ShownRule[] }>('rules', abort), 0);
  return (
    <>
      <h1>Rules</h1>
      <Workbench exchange={exchange} />
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
