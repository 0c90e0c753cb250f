// The exchanges that are running, noted in a few words each while nobody looks, and told whoever does.
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import { secretsIn } from '../exchange/events.ts';
import type { ExchangeEnd, ExchangeStart, ExchangeStep, Observe } from '../exchange/events.ts';
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

type Step<Kind extends ExchangeStep['kind']> = Extract<ExchangeStep, { readonly kind: Kind }>;

const PHASES = ['connectedAtMs', 'answeredAtMs', 'shownAtMs'] as const;

class Notes implements Running {
  readonly #asked: ExchangeStart;
  readonly #startedAt: number;
  readonly startedAtMs: number;
  /** Among the others. */
  place = 0;
  readonly #attempts: AttemptNotes[] = [];
  #known: readonly string[] | undefined;
  #over: { readonly end: ExchangeEnd; readonly elapsedMs: number } | undefined;

  constructor(asked: ExchangeStart, clock: Clock) {
    this.#asked = asked;
    this.#startedAt = clock.wallMs();
    this.startedAtMs = clock.nowMs();
  }

  begin({ why, trace }: Step<'attempt-start'>, nowMs: number): void {
    this.#attempts.push({ why, startedAtMs: nowMs, trace });
  }

  judge({ verdict, decision, endedAtMs }: Step<'attempt-outcome'>): void {
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    attempt.verdict = verdict;
    if (decision.kind !== 'deliver') attempt.endedAtMs = endedAtMs;
    if (decision.kind === 'retry' || decision.kind === 'rescue') attempt.waitMs = decision.delayMs;
  }

  end({ end, elapsedMs }: Step<'exchange-end'>): void {
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
    const since = (atMs: number): number => Math.round(atMs - this.startedAtMs);
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
  /** In no order: the last one takes the place of one that is over. */
  const running: Notes[] = [];
  const listeners = new Set<(running: Running) => void>();
  const changed = (notes: Notes): void => {
    for (const listener of listeners) listener(notes);
  };
  const remove = (notes: Notes): void => {
    const last = running.pop();
    if (last === undefined || last === notes) return;
    running[notes.place] = last;
    last.place = notes.place;
  };
  return {
    observe(start) {
      const notes = new Notes(start, clock);
      notes.place = running.push(notes) - 1;
      changed(notes);
      return (step) => {
        if (step.kind === 'attempt-start') notes.begin(step, clock.nowMs());
        else if (step.kind === 'attempt-outcome') notes.judge(step);
        else {
          notes.end(step);
          remove(notes);
        }
        changed(notes);
      };
    },
    running: () => running.toSorted((a, b) => a.startedAtMs - b.startedAtMs),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
