// The history: a page of it, one exchange in full, and the same as a command or a fixture to take away.
import { WORDING } from '../reply/words.ts';
import { exportFixture } from '../journal/export.ts';
import type { ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { JournalQuery, JournalReader } from '../journal/store.ts';
import { ok, refusal } from './api.ts';
import type { ApiAnswer, ApiRoute } from './api.ts';
import { curlCommand } from './curl.ts';
import type { DashboardParts } from './parts.ts';
import { shownVerdict } from './shown.ts';
import type { ExchangePage, FullExchange, ListedExchange } from './wire.ts';

const DEFAULT_LIMIT = 200;
const MOST = 1_000;

/** What an answer says about an exchange that is not, or no longer, in the journal. */
export const UNKNOWN_EXCHANGE: ApiAnswer = refusal(404, 'The journal has no such exchange (any more).');

export function exchangeRoutes({ store, about }: DashboardParts): readonly ApiRoute[] {
  return [
    ['GET', 'exchanges', async ({ query }) => ok(await pageOf(store, queryFrom(query)))],
    [
      'GET',
      'exchanges/*',
      async ({ params }) => {
        const entry = await store.get(String(params[0]));
        return entry === undefined ? UNKNOWN_EXCHANGE : ok(inFull(entry));
      },
    ],
    [
      'GET',
      'exchanges/*/curl',
      async ({ params }) => {
        const entry = await store.get(String(params[0]));
        if (entry === undefined) return UNKNOWN_EXCHANGE;
        const command = curlCommand(entry, about().address);
        return command === undefined
          ? refusal(
              409,
              'The request itself was not kept: journal.bodies or logging.include_request_data says so.',
            )
          : { kind: 'text', body: command };
      },
    ],
    [
      'GET',
      'exchanges/*/fixture',
      async ({ params }) => {
        const entry = await store.get(String(params[0]));
        if (entry === undefined) return UNKNOWN_EXCHANGE;
        const fixture = exportFixture(entry);
        return fixture === undefined
          ? refusal(409, 'No attempt of this exchange failed, so there is nothing to report.')
          : { kind: 'text', body: `${JSON.stringify(fixture, undefined, 2)}\n` };
      },
    ],
  ];
}

function inFull(entry: JournalEntry): FullExchange {
  const verdicts = entry.tries.map(({ judgements }) =>
    judgements.map(({ verdict }) => shownVerdict(verdict)),
  );
  return { ...entry, ...inWords(entry), verdicts };
}

async function pageOf(store: JournalReader, query: JournalQuery): Promise<ExchangePage> {
  const found = await store.list(query);
  const last = found.length < query.limit ? undefined : found.at(-1);
  const exchanges = found.map((summary): ListedExchange => ({ ...summary, ...inWords(summary) }));
  return { exchanges, ...(last !== undefined && { next: last.startedAt }) };
}

function inWords({ reason }: ExchangeSummary): { readonly words?: string } {
  const wording = Object.entries(WORDING).find(([known]) => known === reason);
  return wording === undefined ? {} : { words: wording[1].happened };
}

/** What is not understood is not asked for. */
export function queryFrom(query: URLSearchParams): JournalQuery {
  const text = (name: string): string | undefined => query.get(name)?.trim() || undefined;
  const number = (name: string): number | undefined => {
    const value = Number(query.get(name) ?? NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const end = (['delivered', 'failed', 'abandoned'] as const).find((kind) => kind === query.get('end'));
  const wanted = {
    text: text('text'),
    model: text('model'),
    end,
    rule: text('rule'),
    retried: query.get('retried') === 'true' ? true : undefined,
    before: number('before'),
    since: number('since'),
  };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  const limit = Math.min(Math.max(1, Math.floor(number('limit') ?? DEFAULT_LIMIT)), MOST);
  return { ...Object.fromEntries(given), limit };
}
