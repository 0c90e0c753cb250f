// Suggestions: failures that no rule knew, each with rules that are ready to be accepted.
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, post } from '../api.ts';
import { addRule, editFor } from '../new-rule.ts';
import { counted, moment } from '../format.ts';
import { ActionButton, Badge, PreviewShown, RuleText, Shown, useAsked } from '../parts.tsx';
import { to } from '../route.ts';
import type { PreviewAnswer, Suggestion } from '../wire.ts';

export function SuggestionsView(): JSX.Element {
  const asked = useAsked((abort) => get<{ suggestions: readonly Suggestion[] }>('suggestions', abort), 0);
  return (
    <>
      <h1>Suggestions</h1>
      <p class="quiet">
        Failures that neither your rules nor First Hop’s own knew, so that only their status decided. Words
        that differ from case to case are shown as <code>{'<*>'}</code>.
      </p>
      <Shown asked={asked}>
        {({ suggestions }) =>
          suggestions.length === 0 ? (
            <p>Every failure in the journal was known. There is nothing to suggest.</p>
          ) : (
            <ul class="plain stack">
              {suggestions.map((suggestion) => (
                <li key={`${suggestion.status} ${suggestion.template}`}>
                  <Card suggestion={suggestion} />
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </>
  );
}

function Card({ suggestion }: { suggestion: Suggestion }): JSX.Element {
  const { template, status, count, lastAt, lastExchange, delivered, rules } = suggestion;
  const [kind, setKind] = useState(rules[0]?.kind ?? 'stop');
  const [preview, setPreview] = useState<PreviewAnswer | undefined>(undefined);
  const rule = rules.find((one) => one.kind === kind);
  return (
    <article class="card stack" aria-label={template}>
      <blockquote>{template}</blockquote>
      <p>
        {status !== undefined && <Badge tone="warn">{status}</Badge>} {counted(count, 'exchange')},{' '}
        {delivered} of them delivered by another attempt.{' '}
        <a href={to('history', lastExchange)}>Last {moment(lastAt)}</a>
      </p>
      <fieldset class="choices">
        <legend>What to do about it</legend>
        {rules.map((one, index) => (
          <label key={one.kind} class="check">
            <input
              type="radio"
              name={`${status} ${template}`}
              checked={one.kind === kind}
              onChange={() => {
                setKind(one.kind);
                setPreview(undefined);
              }}
            />
            {one.kind === 'retry' ? 'ask again, as after an overload' : 'stop at once'}
            {index === 0 && <span class="quiet"> (recommended)</span>}
          </label>
        ))}
      </fieldset>
      {rule !== undefined && <RuleText rule={rule} />}
      {rule !== undefined && (
        <div class="actions">
          <ActionButton
            act={async () =>
              setPreview(await post<PreviewAnswer>('rules/preview', { edits: [editFor(rule)] }))
            }
          >
            What would it have changed?
          </ActionButton>
          <ActionButton class="primary" done="Added to the configuration." act={() => addRule(rule)}>
            Accept
          </ActionButton>
        </div>
      )}
      {preview !== undefined && <PreviewShown preview={preview} />}
    </article>
  );
}
