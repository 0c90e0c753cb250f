// Recorded exchanges, a journal in memory, and the management API over real HTTP: what tests of the page begin with.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { openDashboard } from '../../src/dashboard/dashboard.ts';
import type { Dashboard } from '../../src/dashboard/dashboard.ts';
import type { ConfigAccess, DashboardParts, ProfileFiles } from '../../src/dashboard/parts.ts';
import { judgingOf, pageConfig } from '../../src/engine/page-config.ts';
import { configSchema } from '../../src/config/schema.ts';
import type { ExchangeEvent } from '../../src/exchange/events.ts';
import type { AttemptEntry, ExchangeSummary, JournalEntry, Judgement } from '../../src/journal/entry.ts';
import type { RecordedOutcome } from '../../src/journal/recorded-outcome.ts';
import type { JournalReader } from '../../src/journal/store.ts';
import { isLoopbackHost, isLoopbackName } from '../../src/server/origin.ts';
import type { Clock } from '../../src/std/clock.ts';
import type { Final, Retryable, Verdict } from '../../src/verdict/verdict.ts';
import { byEvents } from './by-events.ts';
import { FakeClock } from './fake-clock.ts';
import { REWRITE_WORKER } from './rewrite-worker.ts';

const SITUATION = {
  elapsedMs: 100,
  commit: 'nothing',
  rescuesLeft: 0,
  hasOtherStyle: false,
  chance: 0.5,
} as const;

/** A verdict that asks for another attempt. */
export function retryable(over: Partial<Retryable> = {}): Retryable {
  return {
    kind: 'retryable',
    reason: 'server-error',
    rule: 'retry_codes',
    status: 503,
    message: 'Something broke',
    cost: 'not-billed',
    conditional: false,
    ...over,
  };
}

/** A verdict that no retry mends. */
export function final(over: Partial<Final> = {}): Final {
  return {
    kind: 'final',
    reason: 'bad-request',
    rule: 'unlisted_status',
    status: 418,
    message: 'I am a teapot',
    cost: 'not-billed',
    ...over,
  };
}

/** An error answer as it is recorded. */
export function answered(status: number, body: unknown): RecordedOutcome {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'responded', status, headers: [['content-type', 'application/json']], body: text };
}

/** One attempt with one judgement, which was followed by a retry, the end, or delivery. */
export function attemptEntry(
  outcome: RecordedOutcome,
  verdict: Verdict,
  over: Partial<AttemptEntry> = {},
): AttemptEntry {
  const judgement: Judgement = {
    atMs: 100,
    outcome,
    verdict,
    decision:
      verdict.kind === 'good'
        ? { kind: 'finish' }
        : verdict.kind === 'retryable'
          ? { kind: 'retry', delayMs: 1_000 }
          : { kind: 'stop', because: 'final' },
    situation: SITUATION,
  };
  return { why: 'first', startedMs: 0, endedMs: 100, bytes: 10, judgements: [judgement], ...over };
}

/** A chat that needed no second attempt, unless said otherwise. */
export function journalEntry(over: Partial<JournalEntry> = {}): JournalEntry {
  const good: RecordedOutcome = answered(200, { choices: [{ message: { content: 'Hello you' } }] });
  return {
    id: 'a',
    startedAt: Date.UTC(2026, 0, 1, 10),
    endpoint: 'chat',
    model: 'test-model',
    stream: false,
    end: { kind: 'delivered' },
    attempts: 1,
    rescues: 0,
    elapsedMs: 1_200,
    firstContentMs: 800,
    requestBytes: 60,
    replyBytes: 40,
    tries: [attemptEntry(good, { kind: 'good', ended: true })],
    headers: [
      ['Host', '127.0.0.1'],
      ['Content-Type', 'application/json'],
      ['Authorization', 'Bearer …'],
    ],
    request: { received: '{"messages":[{"role":"user","content":"It\'s me"}]}' },
    reply: { received: 'Hello you' },
    ...over,
  };
}

/** A chat that ended with the words of an upstream. */
export function failedEntry(
  id: string,
  status: number,
  message: string,
  over: Partial<JournalEntry> = {},
): JournalEntry {
  const verdict = final({ status, message, rule: status === 400 ? 'fail_codes' : 'unlisted_status' });
  const { firstContentMs, reply, ...silent } = journalEntry();
  void [firstContentMs, reply];
  return {
    ...silent,
    id,
    end: { kind: 'failed', status, code: 'bad_request', message },
    rule: verdict.rule,
    reason: verdict.reason,
    tries: [attemptEntry(answered(status, { error: { message } }), verdict)],
    ...over,
  };
}

/** A journal that keeps everything in memory, and looks for texts where a journal does. */
export function memoryStore(entries: readonly JournalEntry[] = []): JournalReader {
  const kept = [...entries];
  const newestFirst = (): readonly JournalEntry[] =>
    kept.toSorted((one, other) => other.startedAt - one.startedAt);
  return {
    list: async ({
      text,
      model,
      profile,
      end,
      rule,
      retried,
      before = Infinity,
      since = -Infinity,
      limit,
    }) => {
      const found = newestFirst().filter(
        (entry) =>
          entry.startedAt < before &&
          entry.startedAt >= since &&
          (end === undefined || entry.end.kind === end) &&
          (model === undefined || entry.model === model) &&
          (profile === undefined || (entry.profile ?? null) === profile) &&
          (rule === undefined || entry.rule === rule) &&
          (retried === undefined || entry.attempts > 1) &&
          (text === undefined || searched(entry).includes(text.toLowerCase())),
      );
      return found.slice(0, limit).map(summaryOf);
    },
    get: async (id) => kept.find((entry) => entry.id === id),
    async *entries() {
      yield* newestFirst().toReversed();
    },
  };
}

function searched({ model, end, request, reply, tries }: JournalEntry): string {
  const outcomes = tries.flatMap(({ judgements }) => judgements.map(({ outcome }) => outcome));
  const bodies = outcomes.map((outcome) => (outcome.kind === 'responded' ? outcome.body : undefined));
  return [model, JSON.stringify(end), request?.received, reply?.received, ...bodies].join(' ').toLowerCase();
}

function summaryOf(entry: JournalEntry): ExchangeSummary {
  const { tries, headers, request, reply, ...summary } = entry;
  void [tries, headers, request, reply];
  return summary;
}

/** A configuration file in memory, understood as the program understands one. */
export function memoryConfig(text: string, profile?: string, clock: Clock = new FakeClock()): ConfigAccess {
  let current = text;
  const versions = new Map<string, string>();
  return pageConfig(
    profile === undefined ? '/home/user/config.yaml' : `/home/user/config-${profile}.yaml`,
    {
      read: () => Promise.resolve(current),
      write: async (next) => {
        versions.set(String(versions.size + 1), current);
        current = next;
      },
      versions: async () => [...versions.keys()].map((id) => ({ id, savedAt: Number(id) })).toReversed(),
      readVersion: async (id) => versions.get(id),
    },
    {},
    { clock, rewriteWorker: REWRITE_WORKER },
    profile === undefined ? 'main' : 'profile',
  );
}

/** Profiles by their names. */
export function memoryProfiles(profiles: Readonly<Record<string, ConfigAccess>>): ProfileFiles {
  return {
    names: () => Promise.resolve(Object.keys(profiles)),
    open(name) {
      const config = profiles[name];
      if (config === undefined) throw new Error(`${name} was not listed`);
      return config;
    },
  };
}

export const CONFIG_TEXT = `# my configuration
target_proxy:
  url: https://provider.example/v1
  apikey: sk-abcdefghijklmnop1234 # the good one
error_handling:
  max_retries: 3
  hard_stop_conditions:
    rules:
      - pattern: no more credit
        user_message: Buy credit.
        description: credit
response_parsing:
  status_recategorization:
    rules:
      - pattern: please wait
        new_status: 503
`;

/** A pattern that takes longer on ENDLESS_TEXT than anyone waits; such a one counts as not found. */
export const ENDLESS_CONFIG = 'error_handling: {hard_stop_conditions: {rules: [{pattern: "^(a+)+$"}]}}';
export const ENDLESS_TEXT = `${'a'.repeat(60)}!`;

/** Everything the management API needs, on a fake clock. */
export function dashboardParts(
  over: Partial<DashboardParts> = {},
  text: string = CONFIG_TEXT,
): DashboardParts {
  const config = memoryConfig(text, undefined, over.clock);
  const compiled = config.compile(text);
  const judging =
    compiled.kind === 'valid'
      ? compiled.judging
      : judgingOf(configSchema.parse({}), { clock: new FakeClock(), rewriteWorker: REWRITE_WORKER });
  return {
    access: { adminToken: undefined, isLoopbackHost, isLoopbackName },
    clock: new FakeClock(),
    pageFolder: '/nowhere',
    store: memoryStore(),
    config,
    profiles: memoryProfiles({}),
    judging: () => judging,
    upstream: () => ({ failures_in_a_row: 0 }),
    about: () => ({
      version: '0.0.0-test',
      address: 'http://127.0.0.1:8765/v1',
      isDemo: false,
      upstream: 'https://provider.example/v1',
    }),
    keyFor: () => undefined,
    ...over,
  };
}

/** An answer of the API. */
export interface ApiReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The JSON in it; undefined where it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into it freely
  readonly json: any;
}

export interface RunningDashboard {
  readonly url: string;
  readonly dashboard: Dashboard;
  /** Tells it of exchanges. */
  readonly tell: (event: ExchangeEvent) => void;
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: OutgoingHttpHeaders,
  ) => Promise<ApiReply>;
  readonly close: () => Promise<void>;
}

/** A dashboard that is served until the test is over. */
export async function serveForTest(over: Partial<DashboardParts> = {}): Promise<RunningDashboard> {
  const running = await serveDashboard(dashboardParts(over));
  onTestFinished(() => running.close());
  return running;
}

/** The same with a journal of these exchanges. */
export function serveEntries(entries: readonly JournalEntry[]): Promise<RunningDashboard> {
  return serveForTest({ store: memoryStore(entries) });
}

/** The dashboard behind a server of its own on a free loopback port. */
export async function serveDashboard(parts: DashboardParts, host = '127.0.0.1'): Promise<RunningDashboard> {
  const dashboard = openDashboard(parts);
  const server = createServer((request, response) => {
    const { pathname, search } = new URL(String(request.url), 'http://localhost');
    const leaving = new AbortController();
    response.once('close', () => leaving.abort());
    const call = { request, response, signal: leaving.signal, path: pathname, query: search };
    dashboard.handle(call).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    dashboard,
    tell: byEvents(dashboard.observe),
    ask: (method, path, body, headers = {}) => ask(port, method, path, body, headers),
    close: () =>
      new Promise((resolve) => {
        dashboard.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function ask(
  port: number,
  method: string,
  path: string,
  body: unknown,
  headers: OutgoingHttpHeaders,
): Promise<ApiReply> {
  const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const own = sent === undefined ? {} : { 'content-type': 'application/json', 'x-first-hop': 'page' };
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { ...own, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          const isJson = text !== '' && response.headers['content-type'] === 'application/json';
          const json: unknown = isJson ? JSON.parse(text) : undefined;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
        });
      },
    );
    call.on('error', reject);
    call.end(sent);
  });
}

/** The events of an exchange as the loop tells them, for a chat with one failed attempt before the good one. */
export function exchangeEvents(
  id: string,
  over: { readonly model?: string; readonly message?: string; readonly nowMs?: number } = {},
): ExchangeEvent[] {
  const { model = 'test-model', message = 'Something broke', nowMs = 5_000 } = over;
  const trace = { connectedAtMs: nowMs + 10, answeredAtMs: nowMs + 50, shownAtMs: undefined, bytes: 10 };
  const shownTrace = { ...trace, shownAtMs: nowMs + 90 };
  const outcome = { kind: 'responded', status: 503, headers: [], body: Buffer.from('') } as const;
  const times = { startedAtMs: nowMs, endedAtMs: nowMs + 100, trace };
  const situation = { ...SITUATION, attempts: [] };
  const body = Buffer.from('{}');
  const asked = {
    endpoint: 'chat',
    profile: undefined,
    model,
    isStream: true,
    headers: [],
    received: body,
    sent: body,
    secrets: () => ['sk-planted-secret-1'],
  } as const;
  return [
    { kind: 'exchange-start', exchangeId: id, ...asked },
    { kind: 'attempt-start', exchangeId: id, attempt: 1, why: 'first', trace },
    {
      kind: 'attempt-outcome',
      exchangeId: id,
      attempt: 1,
      ...times,
      outcome,
      situation,
      verdict: retryable({ message, reason: 'empty-reply' }),
      decision: { kind: 'retry', delayMs: 1_000 },
    },
    { kind: 'attempt-start', exchangeId: id, attempt: 2, why: 'retry', trace: shownTrace },
    {
      kind: 'attempt-outcome',
      exchangeId: id,
      attempt: 2,
      ...times,
      outcome,
      situation,
      trace: shownTrace,
      verdict: { kind: 'good', ended: false },
      decision: { kind: 'deliver' },
    },
    {
      kind: 'attempt-outcome',
      exchangeId: id,
      attempt: 2,
      ...times,
      outcome,
      situation,
      trace: shownTrace,
      verdict: { kind: 'good', ended: true },
      decision: { kind: 'finish' },
    },
    {
      kind: 'exchange-end',
      exchangeId: id,
      model,
      attempts: 2,
      startedAtMs: 5_000,
      elapsedMs: 1_500,
      firstContentMs: 1_200,
      end: { kind: 'delivered' },
      told: { bytes: 40, received: 'Hello', sent: 'Hello' },
    },
  ];
}
