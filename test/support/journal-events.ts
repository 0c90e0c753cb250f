// The events of an exchange as it could have happened, and a store that keeps entries in memory.
import type { Asked, ExchangeEnd, ExchangeEvent, Told } from '../../src/exchange/events.ts';
import type { EntryToKeep, JournalEntry } from '../../src/journal/entry.ts';
import type { JournalStore } from '../../src/journal/store.ts';
import type { Outcome } from '../../src/upstream/outcome.ts';
import type { AttemptTrace } from '../../src/upstream/upstream.ts';
import type { Failure, Final, Retryable, Verdict } from '../../src/verdict/verdict.ts';
import { DELIVERED } from './journal-entries.ts';

export { DELIVERED, failedEnd } from './journal-entries.ts';

/** When the exchanges begin, on the clock that never jumps. */
const BEGAN_MS = 5_000;

export interface AttemptScript {
  readonly why: 'first' | 'retry' | 'rescue';
  readonly judgements: readonly { readonly outcome: Outcome; readonly verdict: Verdict }[];
  readonly trace?: AttemptTrace;
}

export interface ExchangeScript {
  readonly id?: string;
  readonly profile?: string;
  readonly model?: string;
  readonly isStream?: boolean;
  readonly received?: Buffer;
  readonly sent?: Buffer;
  /** The rules that have changed the request. */
  readonly changedBy?: Asked['changedBy'];
  readonly headers?: readonly string[];
  readonly secrets?: readonly string[];
  readonly attempts?: readonly AttemptScript[];
  readonly end?: ExchangeEnd;
  readonly told?: Told;
  readonly firstContentMs?: number;
}

/** A verdict on a failure. */
export function failureVerdict(
  over: Partial<Failure> & Partial<Pick<Final, 'kind' | 'hardStop'>> = {},
): Verdict {
  const failure: Failure = {
    reason: 'overloaded',
    rule: 'retry_codes',
    status: 503,
    message: 'Overloaded.',
    cost: 'not-billed',
  };
  if (over.kind === 'final') return { ...failure, ...over, kind: 'final' } satisfies Final;
  const { hardStop: _, ...rest } = over;
  return { ...failure, ...rest, kind: 'retryable', conditional: false } satisfies Retryable;
}

/** All events of an exchange, in order; each attempt takes a tenth of a second. */
export function exchangeEvents(script: ExchangeScript): readonly ExchangeEvent[] {
  const {
    id: exchangeId = 'exchange',
    attempts = [],
    received = Buffer.from('{}'),
    end = DELIVERED,
    model = 'm',
  } = script;
  const asked: Asked = {
    endpoint: 'chat',
    profile: script.profile,
    model,
    isStream: script.isStream ?? false,
    headers: script.headers ?? ['authorization', 'Bearer sk-0123456789abcdef', 'accept', '*/*'],
    received,
    sent: script.sent ?? received,
    ...(script.changedBy && { changedBy: script.changedBy }),
    secrets: () => script.secrets ?? [],
  };
  const tried = attempts.flatMap(({ why, judgements, trace }, index): ExchangeEvent[] => {
    const startedAtMs = BEGAN_MS + index * 100;
    const unreached: AttemptTrace = {
      connectedAtMs: undefined,
      answeredAtMs: undefined,
      shownAtMs: undefined,
      bytes: 0,
    };
    const attempt = index + 1;
    return [
      { kind: 'attempt-start', exchangeId, attempt, why, trace: trace ?? unreached },
      ...judgements.map(({ outcome, verdict }): ExchangeEvent => ({
        kind: 'attempt-outcome',
        exchangeId,
        attempt,
        startedAtMs,
        endedAtMs: startedAtMs + 90,
        trace: trace ?? unreached,
        outcome,
        verdict,
        situation: {
          attempts: [],
          elapsedMs: 90,
          commit: 'nothing',
          rescuesLeft: 0,
          hasOtherStyle: false,
          chance: 0.5,
        },
        decision: { kind: 'deliver' },
      })),
    ];
  });
  return [
    { kind: 'exchange-start', exchangeId, ...asked },
    ...tried,
    {
      kind: 'exchange-end',
      exchangeId,
      model,
      attempts: attempts.length,
      startedAtMs: BEGAN_MS,
      elapsedMs: attempts.length * 100,
      firstContentMs: script.firstContentMs,
      end,
      told: script.told ?? { bytes: 0, received: undefined, sent: undefined },
    },
  ];
}

/** A store in memory, with what it was given to look at. */
export interface MemoryStore extends JournalStore {
  dropped: number;
  isClosed: boolean;
  readonly kept: ReadonlyMap<string, JournalEntry>;
  /** How many entries came together. */
  readonly batches: readonly number[];
}

export function storeInMemory(): MemoryStore {
  const kept = new Map<string, JournalEntry>();
  const batches: number[] = [];
  return {
    kept,
    batches,
    dropped: 0,
    isClosed: false,
    write(entries) {
      if (entries.length > 0) batches.push(entries.length);
      for (const entry of entries) kept.set(entry.summary.id, read(entry));
      return Promise.resolve();
    },
    list: ({ limit }) => Promise.resolve([...kept.values()].slice(0, limit)),
    get: (id) => Promise.resolve(kept.get(id)),
    async *entries() {
      yield* kept.values();
    },
    close() {
      this.isClosed = true;
      return Promise.resolve();
    },
  };
}

function read({ summaryJson, detailsJson, bodies }: EntryToKeep): JournalEntry {
  const [received, sent, replied, told] = bodies.map((body) => body?.toString());
  const pair = (name: string, first: string | undefined, second: string | undefined): object =>
    first === undefined && second === undefined
      ? {}
      : {
          [name]: {
            ...(first !== undefined && { received: first }),
            ...(second !== undefined && { sent: second }),
          },
        };
  return {
    ...JSON.parse(summaryJson),
    ...JSON.parse(detailsJson.toString()),
    ...pair('request', received, sent),
    ...pair('reply', replied, told),
  };
}
