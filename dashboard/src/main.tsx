// The page: its frame, and the view that is open.
import { render } from 'preact';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, needsLogin, post, wordsOf } from './api.ts';
import { isConnected, listen } from './live.ts';
import { Notice } from './parts.tsx';
import { route, to } from './route.ts';
// oxlint-disable-next-line import/no-unassigned-import -- Vite puts the styles into the page
import './style.css';
import { ConfigurationView } from './views/configuration.tsx';
import { ExchangeView } from './views/exchange.tsx';
import { HistoryView } from './views/history.tsx';
import { NowView } from './views/now.tsx';
import { RulesView } from './views/rules.tsx';
import { SetUpView } from './views/set-up.tsx';
import { SuggestionsView } from './views/suggestions.tsx';
import type { About } from './wire.ts';

const VIEWS = [
  ['now', 'Now'],
  ['history', 'History'],
  ['rules', 'Rules'],
  ['suggestions', 'Suggestions'],
  ['configuration', 'Configuration'],
  ['set-up', 'Set up'],
] as const;

function View({ about }: { about: About | undefined }): JSX.Element {
  const [name = 'now', id] = route.value;
  switch (name) {
    case 'history':
      return id === undefined ? <HistoryView /> : <ExchangeView key={id} id={id} />;
    case 'rules':
      return <RulesView exchange={id} />;
    case 'suggestions':
      return <SuggestionsView />;
    case 'configuration':
      return <ConfigurationView />;
    case 'set-up':
      return <SetUpView about={about} />;
    default:
      return <NowView />;
  }
}

function Page(): JSX.Element {
  const [about, setAbout] = useState<About | undefined>(undefined);
  const isIn = !needsLogin.value;
  useEffect(() => {
    if (isIn) get<About>('about').then(setAbout, () => undefined);
  }, [isIn]);
  const [name = 'now'] = route.value;
  const title = VIEWS.find(([view]) => view === name)?.[1] ?? 'Now';
  useEffect(() => {
    document.title = `${title} – First Hop`;
  }, [title]);
  if (needsLogin.value) return <Login />;
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the content
      </a>
      <header>
        <span class="brand">First Hop</span>
        <nav aria-label="Views">
          {VIEWS.map(([view, label]) => (
            <a key={view} href={to(view)} aria-current={view === name ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        <span class={`connection ${isConnected.value ? 'good' : 'bad'}`} role="status">
          {isConnected.value ? 'connected' : 'not connected'}
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        {about?.isDemo === true && name !== 'set-up' && (
          <Notice tone="warn">
            The built-in demo plays the provider. <a href={to('set-up')}>Set up your own</a>.
          </Notice>
        )}
        <View about={about} />
      </main>
      <footer class="quiet">
        {about !== undefined && (
          <>
            First Hop {about.version} · in front of {about.upstream}
          </>
        )}
      </footer>
    </>
  );
}

/** The address belongs to the views, so the jump is made here. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Login(): JSX.Element {
  const [token, setToken] = useState('');
  const [failure, setFailure] = useState<string | undefined>(undefined);
  const enter = async (): Promise<void> => {
    try {
      await post('login', { token });
      needsLogin.value = false;
      listen();
    } catch (error) {
      setFailure(wordsOf(error));
    }
  };
  return (
    <main class="login">
      <h1>First Hop</h1>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void enter();
        }}
      >
        <label>
          Token (<code>server.admin_token</code> of the configuration)
          <input
            type="password"
            autocomplete="current-password"
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit">Enter</button>
        {failure !== undefined && <Notice tone="bad">{failure}</Notice>}
      </form>
    </main>
  );
}

listen();
const root = document.getElementById('app');
if (root !== null) render(<Page />, root);
