// The exchanges that are running, noted in a few words each while nobody looks, and told whoever does.
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import type { ExchangeEnd, ExchangeEvent, Observe } from '../exchange/events.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { shownVerdict } from './shown.ts';
import type { LiveAttempt, LiveExchange } from './wire.ts';

/** A running exchange; what it says is made when it is asked. */
export interface Running {
  readonly shown: () => LiveExchange;
}

export interface Live {
  readonly observe: Observe;
  readonly running: () => readonly Running[];
  /** Calls back for every exchange that has changed, until what it returns is called. */
  readonly listen: (changed: (running: Running) => void) => () => void;
}

interface AttemptNotes {
  readonly why: 'first' | 'retry' | 'rescue';
  readonly startedAtMs: number;
  connectedAtMs?: number | undefined;
  answeredAtMs?: number | undefined;
  shownAtMs?: number | undefined;
  endedAtMs?: number;
  verdict?: Verdict;
  waitMs?: number;
}

type Event<Kind extends ExchangeEvent['kind']> = Extract<ExchangeEvent, { readonly kind: Kind }>;

class Notes implements Running {
  readonly #asked: Event<'exchange-start'>;
  readonly #startedAt: number;
  readonly #startedAtMs: number;
  readonly #attempts: AttemptNotes[] = [];
  #over: { readonly end: ExchangeEnd; readonly elapsedMs: number } | undefined;

  constructor(asked: Event<'exchange-start'>, clock: Clock) {
    this.#asked = asked;
    this.#startedAt = clock.wallMs();
    this.#startedAtMs = clock.nowMs();
  }

  begin({ why }: Event<'attempt-start'>, nowMs: number): void {
    this.#attempts.push({ why, startedAtMs: nowMs });
  }

  judge({ trace, verdict, decision, endedAtMs }: Event<'attempt-outcome'>): void {
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    const { connectedAtMs, answeredAtMs, shownAtMs } = trace;
    Object.assign(attempt, { connectedAtMs, answeredAtMs, shownAtMs, verdict });
    if (decision.kind !== 'deliver') attempt.endedAtMs = endedAtMs;
    if (decision.kind === 'retry' || decision.kind === 'rescue') attempt.waitMs = decision.delayMs;
  }

  end({ end, elapsedMs }: Event<'exchange-end'>): void {
    this.#over = { end, elapsedMs };
  }

  shown(): LiveExchange {
    const { exchangeId: id, endpoint, isStream: stream, profile, model, secrets } = this.#asked;
    const attempts = this.#attempts.map((attempt) => this.#shownAttempt(attempt));
    return {
      id,
      startedAt: this.#startedAt,
      endpoint,
      stream,
      ...(profile !== undefined && { profile }),
      ...(model !== undefined && { model: redact(model, secrets()) }),
      attempts,
      ...this.#over,
    };
  }

  #shownAttempt(attempt: AttemptNotes): LiveAttempt {
    const since = (atMs: number): number => Math.round(atMs - this.#startedAtMs);
    const { why, startedAtMs, connectedAtMs, answeredAtMs, shownAtMs, endedAtMs, verdict, waitMs } = attempt;
    return {
      why,
      startedMs: since(startedAtMs),
      ...(connectedAtMs !== undefined && { connectedMs: since(connectedAtMs) }),
      ...(answeredAtMs !== undefined && { answeredMs: since(answeredAtMs) }),
      ...(shownAtMs !== undefined && { shownMs: since(shownAtMs) }),
      ...(endedAtMs !== undefined && { endedMs: since(endedAtMs) }),
      ...(verdict !== undefined && { verdict: shownVerdict(verdict, this.#asked.secrets()) }),
      ...(waitMs !== undefined && { waitMs: Math.round(waitMs) }),
    };
  }
}

/** Starts noting. Nothing is kept of an exchange that is over. */
export function trackLive(clock: Clock): Live {
  const running = new Map<string, Notes>();
  const listeners = new Set<(running: Running) => void>();

  const note = (event: ExchangeEvent): Notes | undefined => {
    if (event.kind === 'exchange-start') {
      const begun = new Notes(event, clock);
      running.set(event.exchangeId, begun);
      return begun;
    }
    const notes = running.get(event.exchangeId);
    if (event.kind === 'attempt-start') notes?.begin(event, clock.nowMs());
    else if (event.kind === 'attempt-outcome') notes?.judge(event);
    else {
      notes?.end(event);
      running.delete(event.exchangeId);
    }
    return notes;
  };

  return {
    observe(event) {
      const notes = note(event);
      if (notes !== undefined) for (const changed of listeners) changed(notes);
    },
    running: () => [...running.values()],
    listen(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}
