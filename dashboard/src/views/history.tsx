// History: every exchange that is remembered, searched and filtered by the server, loaded as the list is scrolled.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { get, wordsOf } from '../api.ts';
import { counted, duration, moment } from '../format.ts';
import { endedCount } from '../live.ts';
import { Badge, Notice } from '../parts.tsx';
import { to } from '../route.ts';
import { VirtualList } from '../virtual-list.tsx';
import { endInWords, toneOfEnd } from '../words.ts';
import type { ExchangePage, ListedExchange } from '../wire.ts';

const PAGE = 500;
const TYPING_MS = 200;
const ROW_PX = 52;

/** Kept while other views are open. */
const filter = signal({ text: '', model: '', end: '', rule: '', retried: false });
const found = signal<readonly ListedExchange[]>([]);
const next = signal<number | undefined>(undefined);
const failure = signal<string | undefined>(undefined);
const isLoading = signal(false);

let loading = new AbortController();

/** Asks for the first page, or for the one behind what is there. A question that is still on its way is dropped. */
async function load(before?: number): Promise<void> {
  loading.abort();
  loading = new AbortController();
  const { signal: abort } = loading;
  const query = new URLSearchParams({ limit: String(PAGE) });
  for (const [name, value] of Object.entries(filter.value))
    if (value !== '' && value !== false) query.set(name, String(value));
  if (before !== undefined) query.set('before', String(before));
  isLoading.value = true;
  try {
    const page = await get<ExchangePage>(`exchanges?${query}`, abort);
    found.value = before === undefined ? page.exchanges : [...found.value, ...page.exchanges];
    next.value = page.next;
    failure.value = undefined;
  } catch (error) {
    if (abort.aborted) return;
    failure.value = wordsOf(error);
    next.value = undefined;
  }
  isLoading.value = false;
}

function loadMore(): void {
  if (next.value !== undefined && !isLoading.value) void load(next.value);
}

export function HistoryView(): JSX.Element {
  const typing = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  // What has ended is shown as long as nobody has gone far down the list.
  useEffect(() => {
    if (found.value.length <= PAGE) void load();
  }, [endedCount.value]);
  const set = (change: Partial<typeof filter.value>): void => {
    filter.value = { ...filter.value, ...change };
    clearTimeout(typing.current);
    typing.current = setTimeout(() => void load(), TYPING_MS);
  };
  return (
    <div class="history">
      <h1>History</h1>
      <Filters set={set} />
      {failure.value !== undefined && <Notice tone="bad">{failure.value}</Notice>}
      <p class="quiet" role="status">
        {isLoading.value && found.value.length === 0
          ? 'Loading …'
          : `${counted(found.value.length, 'exchange')}${next.value === undefined ? '' : ', more as you scroll'}`}
      </p>
      <VirtualList
        items={found.value}
        keyOf={({ id }) => id}
        rowPx={ROW_PX}
        label="Exchanges, newest first"
        row={(exchange) => <Row exchange={exchange} />}
        onNearEnd={loadMore}
      />
    </div>
  );
}

function Filters({ set }: { set: (change: Partial<typeof filter.value>) => void }): JSX.Element {
  const { text, model, end, rule, retried } = filter.value;
  return (
    <form class="filters" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        Search
        <input
          type="search"
          placeholder="in prompts, replies, errors"
          value={text}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
      </label>
      <label>
        Model
        <input type="search" value={model} onInput={(event) => set({ model: event.currentTarget.value })} />
      </label>
      <label>
        Outcome
        <select value={end} onChange={(event) => set({ end: event.currentTarget.value })}>
          <option value="">any</option>
          <option value="delivered">delivered</option>
          <option value="failed">failed</option>
          <option value="abandoned">stopped</option>
        </select>
      </label>
      <label>
        Rule
        <input type="search" value={rule} onInput={(event) => set({ rule: event.currentTarget.value })} />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={retried}
          onChange={(event) => set({ retried: event.currentTarget.checked })}
        />
        only with retries
      </label>
    </form>
  );
}

function Row({ exchange }: { exchange: ListedExchange }): JSX.Element {
  const { id, startedAt, model, end, attempts, elapsedMs, firstContentMs, words, profile } = exchange;
  return (
    <a class="row" href={to('history', id)}>
      <span class="row-time">{moment(startedAt)}</span>
      <span class="row-end">
        <Badge tone={toneOfEnd(end)}>{endInWords(end)}</Badge>
      </span>
      <span class="row-model">
        {model ?? 'no model'}
        {profile !== undefined && <span class="quiet"> · {profile}</span>}
      </span>
      <span class="row-effort quiet">
        {counted(attempts, 'attempt')} ·{' '}
        {firstContentMs === undefined ? '' : `${duration(firstContentMs)} to first words · `}
        {duration(elapsedMs)}
      </span>
      <span class="row-words quiet">{words}</span>
    </a>
  );
}
