// One readable line per exchange, for the person at the terminal. No prompt, no reply, no key.
import { redact } from '../std/redact.ts';
import type { Clock } from '../std/clock.ts';
import type { Log } from '../std/log.ts';
import type { Observe } from '../exchange/events.ts';

const MS_PER_SECOND = 1_000;
const MAX_MODEL_CHARS = 100;

/** What is written besides the line of each exchange. */
export interface ConsoleOptions {
  /** `response_parsing.logging`. */
  readonly recategorisations: boolean;
}

/**
 * Writes a line when an exchange ends: when, which model, how it went, after how many attempts and how long; and one
 * whenever a recategorisation rule of the user's has applied.
 */
export function consoleLines(log: Log, clock: Clock, options: ConsoleOptions): Observe {
  const timeNow = (): string => timeOfDay(new Date(clock.wallMs()));
  return (event) => {
    if (event.kind === 'attempt-outcome') {
      const { verdict } = event;
      const rule =
        verdict.kind === 'retryable' || verdict.kind === 'final' ? verdict.recategorised : undefined;
      if (rule === undefined || !options.recategorisations) return;
      const description = rule.description === '' ? '' : ` (${printable(rule.description)})`;
      log.info(
        `${timeNow()}  status ${rule.from ?? 'none'} taken as ${rule.to}, pattern "${printable(rule.pattern)}"${description}`,
      );
      return;
    }
    if (event.kind !== 'exchange-end') return;
    const { end, attempts, elapsedMs, model } = event;
    const time = timeNow();
    const effort = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}, ${(elapsedMs / MS_PER_SECOND).toFixed(1)} s`;
    const what = printable(model?.slice(0, MAX_MODEL_CHARS) ?? '(no model)');
    switch (end.kind) {
      case 'delivered':
        log.info(`${time}  ${what}  delivered  (${effort})`);
        break;
      case 'abandoned':
        log.info(
          `${time}  ${what}  ${end.by === 'client' ? 'stopped by the client' : 'broken off to end'}  (${effort})`,
        );
        break;
      case 'failed':
        log.warn(`${time}  ${what}  failed with ${end.status}: ${printable(end.message)}  (${effort})`);
        break;
    }
  };
}

/** Text from outside, unable to move the terminal's cursor or to start a new line. */
function printable(text: string): string {
  return redact(text).replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** `09:05:30`, local time. */
function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
