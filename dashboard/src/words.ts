// Decisions and ends in words.
import { assertNever } from '../../src/std/assert-never.ts';
import { duration } from './format.ts';
import type { Decision, ExchangeEnd, ShownVerdict } from './wire.ts';

const BECAUSE: Readonly<Record<string, string>> = {
  final: 'no retry can mend it',
  'attempts-exhausted': 'all attempts are used up',
  'conditional-attempts-exhausted': 'the few attempts for this status are used up',
  'time-exhausted': 'it would take longer than allowed',
  'maybe-billed-exhausted': 'enough attempts may have cost money',
  'wait-too-long': 'the upstream asks for a longer wait than allowed',
  committed: 'the beginning was delivered and can not be continued',
  moot: 'nobody waits any more',
};

/** What follows from a verdict. */
export function decisionInWords(decision: Decision): string {
  switch (decision.kind) {
    case 'deliver':
      return 'passed on';
    case 'finish':
      return 'done';
    case 'retry':
      return `asked again after ${duration(decision.delayMs)}`;
    case 'rescue':
      return `continued after ${duration(decision.delayMs)}`;
    case 'stop':
      return `stopped: ${BECAUSE[decision.because] ?? decision.because}`;
    default:
      return assertNever(decision);
  }
}

/** How an exchange ended. */
export function endInWords(end: ExchangeEnd): string {
  switch (end.kind) {
    case 'delivered':
      return 'Delivered';
    case 'failed':
      return `Failed (${end.status})`;
    case 'abandoned':
      return end.by === 'client' ? 'Stopped by the client' : 'Broken off by a restart';
    default:
      return assertNever(end);
  }
}

/** The colour an end or a verdict is shown in. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

export function toneOfEnd(end: ExchangeEnd | undefined): Tone {
  if (end === undefined) return 'warn';
  return end.kind === 'delivered' ? 'good' : end.kind === 'failed' ? 'bad' : 'quiet';
}

export function toneOf(verdict: Pick<ShownVerdict, 'kind'>): Tone {
  return ({ good: 'good', retryable: 'warn', final: 'bad', moot: 'quiet' } as const)[verdict.kind];
}
