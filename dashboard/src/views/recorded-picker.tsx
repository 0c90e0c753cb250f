// Recorded failures, prompts or replies to pick from. Nothing is asked for before the list is opened.
import { useEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, wordsOf } from '../api.ts';
import { moment } from '../format.ts';
import { Badge, Notice } from '../parts.tsx';
import type { Recorded } from '../wire.ts';
import type { Kind } from './workbench-input.ts';

const TYPING_MS = 200;

const WORDS: Readonly<Record<Kind, string>> = {
  failure: 'Pick a recorded failure',
  request: 'Pick a recorded prompt',
  reply: 'Pick a recorded reply',
};

export function RecordedPicker({
  kind,
  pick,
}: {
  kind: Kind;
  pick: (recorded: Recorded) => Promise<void>;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const [found, setFound] = useState<readonly Recorded[] | undefined>(undefined);
  const [failure, setFailure] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (!isOpen) return undefined;
    const leaving = new AbortController();
    const query = new URLSearchParams({ kind, text });
    const ask = async (): Promise<void> => {
      try {
        const { recorded } = await get<{ recorded: readonly Recorded[] }>(
          `workbench/recorded?${query}`,
          leaving.signal,
        );
        setFound(recorded);
        setFailure(undefined);
      } catch (error) {
        if (!leaving.signal.aborted) setFailure(wordsOf(error));
      }
    };
    const timer = setTimeout(() => void ask(), text === '' ? 0 : TYPING_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [isOpen, text]);
  const take = (recorded: Recorded): void => {
    pick(recorded).then(
      () => setOpen(false),
      (error: unknown) => setFailure(wordsOf(error)),
    );
  };
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{WORDS[kind]}</summary>
      {isOpen && (
        <div class="stack">
          <label>
            Search in them
            <input
              type="search"
              placeholder="words, or a model"
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
          {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
          {found === undefined && failure === undefined && <p class="quiet">Loading …</p>}
          {found?.length === 0 && (
            <p class="quiet" role="status">
              None is found among the latest in the journal.
            </p>
          )}
          {found !== undefined && found.length > 0 && (
            <ul class="plain choices-list" aria-label={WORDS[kind]}>
              {found.map((one) => (
                <li key={`${one.id} ${one.attempt ?? ''}`}>
                  <button type="button" class="choice" onClick={() => take(one)}>
                    <Choice recorded={one} />
                  </button>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </details>
  );
}

function Choice({
  recorded: { startedAt, model, profile, status, excerpt },
}: {
  recorded: Recorded;
}): JSX.Element {
  return (
    <>
      <span class="quiet">
        {moment(startedAt)} · {model ?? 'no model'}
        {profile !== undefined && ` · ${profile}`}
      </span>{' '}
      {status !== undefined && <Badge tone="warn">{status}</Badge>} <span class="excerpt">{excerpt}</span>
    </>
  );
}
