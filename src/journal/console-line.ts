// One readable line per exchange, for the person at the terminal. No prompt, no reply, no key.
import { assertNever } from '../std/assert-never.ts';
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { ExchangeEnd, ExchangeStep, Observe } from '../exchange/events.ts';
import type { Verdict } from '../verdict/verdict.ts';

const MS_PER_SECOND = 1_000;
const MAX_MODEL_CHARS = 100;

/** Emphasis for a terminal; to be left out where colours are not wanted. */
export type LinePaint = (style: 'green' | 'yellow' | 'red' | 'dim', text: string) => string;

type Over = Extract<ExchangeStep, { readonly kind: 'exchange-end' }>;

/** What is written besides the line of each exchange, and how. */
export interface ConsoleOptions {
  /** `response_parsing.logging`. */
  readonly recategorisations: boolean;
  readonly paint?: LinePaint;
}

/**
 * Writes a line when an exchange ends: when, which model, how it went, after how many attempts and continuations, how
 * long until the first word and in all; and one whenever a recategorisation rule of the user's has applied.
 */
export function consoleLines(log: Log, clock: Clock, options: ConsoleOptions): Observe {
  const { paint = (_style, text) => text } = options;
  // Painted once: these words are the same in every line.
  const words = {
    delivered: paint('green', 'delivered'),
    stopped: paint('dim', 'stopped by the client'),
    brokenOff: paint('dim', 'broken off to end'),
  };
  const timeNow = secondsOnly(clock);
  const modelShown = theSame((model: string) => printable(model.slice(0, MAX_MODEL_CHARS)));
  const outcome = (end: ExchangeEnd): string => {
    switch (end.kind) {
      case 'delivered':
        return words.delivered;
      case 'abandoned':
        return end.by === 'client' ? words.stopped : words.brokenOff;
      case 'failed':
        return `${paint('red', `failed with ${end.status}`)}: ${printable(end.message)}`;
      /* v8 ignore next 2 -- @preserve: the compiler proves that no case is missing */
      default:
        return assertNever(end);
    }
  };
  const tellEnd = (over: Over, rescues: number): void => {
    const { end, model } = over;
    const what = model === undefined ? '(no model)' : modelShown(model);
    const line = `${timeNow()}  ${what}  ${outcome(end)}  (${effort(over, rescues, paint)})`;
    if (end.kind === 'failed') log.warn(line);
    else log.info(line);
  };
  return () => {
    let rescues = 0;
    return (step) => {
      if (step.kind === 'exchange-end') tellEnd(step, rescues);
      else if (step.kind === 'attempt-start') rescues += step.why === 'rescue' ? 1 : 0;
      else if (options.recategorisations) tellRecategorisation(step.verdict, log, clock);
    };
  };
}

/** `2 attempts, continued once, first word after 0.8 s, 3.4 s in all`. */
function effort({ attempts, elapsedMs, firstContentMs }: Over, rescues: number, paint: LinePaint): string {
  const tries = attempts === 1 ? '1 attempt' : paint('yellow', `${attempts} attempts`);
  const times = rescues === 1 ? 'once' : `${rescues} times`;
  const more = rescues === 0 ? '' : `, ${paint('yellow', `continued ${times}`)}`;
  const total = seconds(elapsedMs);
  const first = firstContentMs === undefined ? total : seconds(firstContentMs);
  // A reply that comes whole has its first word when it has its last.
  return first === total
    ? `${tries}${more}, ${total}`
    : `${tries}${more}, first word after ${first}, ${total} in all`;
}

function tellRecategorisation(verdict: Verdict, log: Log, clock: Clock): void {
  const rule = verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict.recategorised : undefined;
  if (rule === undefined) return;
  const description = rule.description === '' ? '' : ` (${printable(rule.description)})`;
  log.info(
    `${timeOfDay(new Date(clock.wallMs()))}  status ${rule.from ?? 'none'} taken as ${rule.to}, pattern "${printable(rule.pattern)}"${description}`,
  );
}

/** The time of day, worked out anew when a second is over. */
function secondsOnly(clock: Clock): () => string {
  const shown = theSame((second: number) => timeOfDay(new Date(second * MS_PER_SECOND)));
  return () => shown(Math.floor(clock.wallMs() / MS_PER_SECOND));
}

/** Remembers the last result: one exchange is much like the next. */
function theSame<Input, Result>(make: (input: Input) => Result): (input: Input) => Result {
  let last: { readonly input: Input; readonly result: Result } | undefined;
  return (input) => {
    if (last === undefined || last.input !== input) last = { input, result: make(input) };
    return last.result;
  };
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(1)} s`;
}

/** Text from outside, unable to move the terminal's cursor or to start a new line. */
function printable(text: string): string {
  return redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** `09:05:30`, local time. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
