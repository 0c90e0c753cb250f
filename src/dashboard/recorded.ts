// What recorded exchanges have for the workbench: failures to judge, prompts and replies to rewrite, found by a text.
import type { StopSignal } from '../std/abort.ts';
import { trialTexts } from '../rewrite/trial.ts';
import type { AttemptEntry, ExchangeSummary, JournalEntry } from '../journal/entry.ts';
import type { JournalReader } from '../journal/store.ts';
import { ok } from './api.ts';
import type { ApiRoute } from './api.ts';
import { UNKNOWN_EXCHANGE } from './exchanges.ts';
import type { DashboardParts } from './parts.ts';
import type { Recorded, RecordedFailure, RecordedText, RecordedTexts } from './wire-rules.ts';

/** As many exchanges are looked into, and as many of what is in them is shown. */
const MOST = 50;
const EXCERPT_CHARS = 160;
/** Before what was searched. */
const LEAD_CHARS = 40;

export function recordedRoutes({ store }: DashboardParts): readonly ApiRoute[] {
  return [
    [
      'GET',
      'workbench/recorded',
      async ({ query, signal }) => {
        const kind = (['request', 'reply'] as const).find((one) => one === query.get('kind')) ?? 'failure';
        const text = (query.get('text') ?? '').trim();
        return ok({ recorded: await find(store, kind, text, signal) });
      },
    ],
    [
      'GET',
      'workbench/recorded/*',
      async ({ params }) => {
        const entry = await store.get(String(params[0]));
        return entry === undefined ? UNKNOWN_EXCHANGE : ok(textsOf(entry));
      },
    ],
  ];
}

type Kind = 'failure' | 'request' | 'reply';

/** The latest first. What is searched may also stand elsewhere in an exchange: those are left out. */
async function find(
  store: JournalReader,
  kind: Kind,
  text: string,
  signal: StopSignal,
): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for (const { id } of await candidates(store, kind, text)) {
    if (signal.aborted) break;
    const entry = await store.get(id);
    if (entry !== undefined) found.push(...recordedIn(entry, kind, text));
  }
  return found.slice(0, MOST);
}

async function candidates(
  store: JournalReader,
  kind: Kind,
  text: string,
): Promise<readonly ExchangeSummary[]> {
  const query = { limit: MOST, ...(text !== '' && { text }) };
  if (kind === 'request') return store.list(query);
  if (kind === 'reply') return store.list({ ...query, end: 'delivered' });
  // An attempt has failed where the exchange has, or where there was another one.
  const both = [await store.list({ ...query, end: 'failed' }), await store.list({ ...query, retried: true })];
  const byId = new Map(both.flat().map((summary) => [summary.id, summary]));
  return [...byId.values()].sort((one, other) => other.startedAt - one.startedAt).slice(0, MOST);
}

function recordedIn(entry: JournalEntry, kind: Kind, text: string): readonly Recorded[] {
  const { id, startedAt, model, profile } = entry;
  const about = {
    id,
    startedAt,
    ...(model !== undefined && { model }),
    ...(profile !== undefined && { profile }),
  };
  const isModel = placeOf(model ?? '', text) !== -1;
  const isWanted = (one: { readonly text: string }): boolean => isModel || placeOf(one.text, text) !== -1;
  if (kind === 'failure')
    return failuresIn(entry)
      .filter(isWanted)
      .map((failure) => {
        const { attempt, status } = failure;
        return { ...about, attempt, status, excerpt: excerpt(failure.text, text) };
      });
  const texts = kind === 'request' ? requestTexts(entry) : replyTexts(entry);
  // What a user looks for is most likely in what was said last.
  const shown = texts.findLast(isWanted);
  return shown === undefined ? [] : [{ ...about, excerpt: excerpt(shown.text, text) }];
}

function placeOf(text: string, searched: string): number {
  return text.toLowerCase().indexOf(searched.toLowerCase());
}

function excerpt(text: string, searched: string): string {
  const from = Math.max(0, placeOf(text, searched) - LEAD_CHARS);
  const to = from + EXCERPT_CHARS;
  return `${from > 0 ? '…' : ''}${text.slice(from, to)}${to < text.length ? '…' : ''}`;
}

function textsOf(entry: JournalEntry): RecordedTexts {
  const { profile } = entry;
  const texts = { failures: failuresIn(entry), request: requestTexts(entry), reply: replyTexts(entry) };
  return { ...(profile !== undefined && { profile }), ...texts };
}

/** The texts of the request that rules for requests may apply to; none where it was not kept. */
export function requestTexts({ request }: JournalEntry): readonly RecordedText[] {
  return request?.received === undefined ? [] : trialTexts(request.received, false).texts;
}

/** The texts of the reply, as it came, that rules for replies may apply to; none where it was not kept. */
export function replyTexts({ reply }: JournalEntry): readonly RecordedText[] {
  const text = reply?.received;
  if (text === undefined) return [];
  const found = trialTexts(text, true);
  // What a model says in a stream may be JSON itself.
  return found.of === 'reply' ? found.texts : [{ where: 'the reply', kind: 'reply', text }];
}

/** The answers that were judged as failures, each once: ten attempts that met the same wall are one. */
function failuresIn({ tries }: JournalEntry): readonly RecordedFailure[] {
  const found = new Map<string, RecordedFailure>();
  for (const [index, { judgements }] of tries.entries()) {
    for (const judgement of judgements) {
      const failure = failureOf(judgement, index + 1);
      if (failure === undefined) continue;
      const key = `${failure.status} ${failure.text}`;
      if (!found.has(key)) found.set(key, failure);
    }
  }
  return [...found.values()];
}

/** Undefined where nothing failed, or no answer came, or it was not kept. */
function failureOf(
  { verdict, outcome }: AttemptEntry['judgements'][number],
  attempt: number,
): RecordedFailure | undefined {
  if (verdict.kind !== 'retryable' && verdict.kind !== 'final') return undefined;
  if (outcome.kind === 'responded' && outcome.body !== undefined) {
    const { status, headers, body: text } = outcome;
    return { attempt, status, headers, text };
  }
  if (outcome.kind !== 'ended' || outcome.error === undefined) return undefined;
  const { status, headers, error } = outcome;
  return { attempt, status, headers, text: `data: ${JSON.stringify(error)}` };
}
