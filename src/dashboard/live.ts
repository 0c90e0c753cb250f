// The exchanges that are running, noted in a few words each while nobody looks, and told whoever does.
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import { UnderWay } from '../std/under-way.ts';
import { secretsIn } from '../exchange/events.ts';
import type { ExchangeEnd, ExchangeEvent, Observe } from '../exchange/events.ts';
import type { AttemptTrace } from '../upstream/upstream.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { shownVerdict } from './shown.ts';
import type { LiveAttempt, LiveExchange } from './wire.ts';

/** A running exchange; what it says is made when it is asked. */
export interface Running {
  readonly shown: () => LiveExchange;
  /** Goes up with every phase that an attempt reaches, of which no event tells. */
  readonly phases: () => number;
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
  /** Filled in by the attempt itself, and read when somebody looks. */
  readonly trace: Readonly<AttemptTrace>;
  endedAtMs?: number;
  verdict?: Verdict;
  waitMs?: number;
}

type Event<Kind extends ExchangeEvent['kind']> = Extract<ExchangeEvent, { readonly kind: Kind }>;

const PHASES = ['connectedAtMs', 'answeredAtMs', 'shownAtMs'] as const;

class Notes implements Running {
  readonly #asked: Event<'exchange-start'>;
  readonly #startedAt: number;
  readonly #startedAtMs: number;
  readonly #attempts: AttemptNotes[] = [];
  #known: readonly string[] | undefined;
  #over: { readonly end: ExchangeEnd; readonly elapsedMs: number } | undefined;

  constructor(asked: Event<'exchange-start'>, clock: Clock) {
    this.#asked = asked;
    this.#startedAt = clock.wallMs();
    this.#startedAtMs = clock.nowMs();
  }

  begin({ why, trace }: Event<'attempt-start'>, nowMs: number): void {
    this.#attempts.push({ why, startedAtMs: nowMs, trace });
  }

  judge({ verdict, decision, endedAtMs }: Event<'attempt-outcome'>): void {
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    attempt.verdict = verdict;
    if (decision.kind !== 'deliver') attempt.endedAtMs = endedAtMs;
    if (decision.kind === 'retry' || decision.kind === 'rescue') attempt.waitMs = decision.delayMs;
  }

  end({ end, elapsedMs }: Event<'exchange-end'>): void {
    this.#over = { end, elapsedMs };
  }

  phases(): number {
    const reached = this.#attempts.map(
      ({ trace }) => PHASES.filter((phase) => trace[phase] !== undefined).length,
    );
    return reached.reduce((sum, count) => sum + count, 0);
  }

  shown(): LiveExchange {
    const { exchangeId: id, endpoint, isStream: stream, profile, model } = this.#asked;
    const attempts = this.#attempts.map((attempt) => this.#shownAttempt(attempt));
    return {
      id,
      startedAt: this.#startedAt,
      endpoint,
      stream,
      ...(profile !== undefined && { profile }),
      ...(model !== undefined && { model: redact(model, this.#secrets()) }),
      attempts,
      ...this.#over,
    };
  }

  /** The body is looked through when somebody looks, once. */
  #secrets(): readonly string[] {
    return (this.#known ??= secretsIn(this.#asked));
  }

  #shownAttempt(attempt: AttemptNotes): LiveAttempt {
    const since = (atMs: number): number => Math.round(atMs - this.#startedAtMs);
    const { why, startedAtMs, trace, endedAtMs, verdict, waitMs } = attempt;
    const { connectedAtMs, answeredAtMs, shownAtMs } = trace;
    return {
      why,
      startedMs: since(startedAtMs),
      ...(connectedAtMs !== undefined && { connectedMs: since(connectedAtMs) }),
      ...(answeredAtMs !== undefined && { answeredMs: since(answeredAtMs) }),
      ...(shownAtMs !== undefined && { shownMs: since(shownAtMs) }),
      ...(endedAtMs !== undefined && { endedMs: since(endedAtMs) }),
      ...(verdict !== undefined && { verdict: shownVerdict(verdict, this.#secrets()) }),
      ...(waitMs !== undefined && { waitMs: Math.round(waitMs) }),
    };
  }
}

/** Starts noting. Nothing is kept of an exchange that is over. */
export function trackLive(clock: Clock): Live {
  const running = new UnderWay<Notes>();
  const listeners = new Set<(running: Running) => void>();

  const note = (event: ExchangeEvent): Notes | undefined => {
    if (event.kind === 'exchange-start') {
      const begun = new Notes(event, clock);
      running.begin(event.exchangeId, begun);
      return begun;
    }
    const notes = running.get(event.exchangeId);
    if (event.kind === 'attempt-start') notes?.begin(event, clock.nowMs());
    else if (event.kind === 'attempt-outcome') notes?.judge(event);
    else {
      notes?.end(event);
      running.end(event.exchangeId);
    }
    return notes;
  };

  return {
    observe(event) {
      const notes = note(event);
      if (notes !== undefined) for (const changed of listeners) changed(notes);
    },
    running: () => running.all(),
    listen(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}
