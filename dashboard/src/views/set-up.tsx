// Set up: which provider, a test of it, and what to type into SillyTavern.
import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, post, put } from '../api.ts';
import { ActionButton, Notice } from '../parts.tsx';
import { counted } from '../format.ts';
import type { About, ConfigAnswer, ConnectionAnswer } from '../wire.ts';

function set(key: string, value: string): object {
  return { kind: 'set', path: ['target_proxy', key], value };
}

export function SetUpView({ about }: { about: About | undefined }): JSX.Element {
  const [url, setUrl] = useState('');
  const [apikey, setKey] = useState('');
  const [answer, setAnswer] = useState<ConnectionAnswer | undefined>(undefined);
  const test = async (): Promise<void> => {
    setAnswer(undefined);
    setAnswer(await post<ConnectionAnswer>('connection/test', { url, apikey }));
  };
  const save = async (): Promise<void> => {
    const { revision } = await get<ConfigAnswer>('config');
    const edits = [set('url', url.trim()), ...(apikey === '' ? [] : [set('apikey', apikey)])];
    await put('config', { revision, edits });
  };
  return (
    <div class="stack narrow">
      <h1>Set up</h1>
      <section aria-labelledby="provider" class="card stack">
        <h2 id="provider">1. Your provider</h2>
        <p class="quiet">
          {about?.isDemo === true
            ? 'None is set up yet: the built-in demo answers instead.'
            : `In use: ${about?.upstream ?? '…'}. What you save here takes its place.`}
        </p>
        <label>
          Address
          <input
            type="url"
            inputMode="url"
            autocomplete="off"
            placeholder="https://openrouter.ai/api/v1"
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <label>
          Key
          <input
            type="password"
            autocomplete="off"
            placeholder="leave empty to use the one from SillyTavern"
            value={apikey}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        <div class="actions">
          <ActionButton act={test} disabled={url.trim() === ''}>
            Test
          </ActionButton>
          <ActionButton
            class="primary"
            disabled={url.trim() === ''}
            done="Saved. It is in use within two seconds."
            act={save}
          >
            Save
          </ActionButton>
        </div>
        {answer?.kind === 'failed' && <Notice tone="bad">{answer.message}</Notice>}
        {answer?.kind === 'connected' && (
          <>
            <Notice tone="good">It answers, and has {counted(answer.models.length, 'model')}.</Notice>
            <details>
              <summary>Models</summary>
              <ul class="models" tabIndex={0} aria-label="Models">
                {answer.models.map((model) => (
                  <li key={model}>{model}</li>
                ))}
              </ul>
            </details>
          </>
        )}
      </section>
      <section aria-labelledby="sillytavern" class="card stack">
        <h2 id="sillytavern">2. In SillyTavern</h2>
        <p>Open “API Connections” (the plug) and choose:</p>
        <dl class="facts">
          <div>
            <dt>API</dt>
            <dd>Chat Completion</dd>
          </div>
          <div>
            <dt>Chat Completion Source</dt>
            <dd>Custom (OpenAI-compatible)</dd>
          </div>
          <div>
            <dt>Custom Endpoint (Base URL)</dt>
            <dd>
              <code>{about?.address}</code>
            </dd>
          </div>
        </dl>
        <div class="actions">
          <ActionButton done="Copied." act={() => navigator.clipboard.writeText(about?.address ?? '')}>
            Copy the address
          </ActionButton>
        </div>
        <p class="quiet">Then press “Connect”. SillyTavern shows “Valid” and the models of your provider.</p>
      </section>
    </div>
  );
}
