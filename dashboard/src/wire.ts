// The answers of the management API, by the types its own side is checked against.
export type * from '../../src/dashboard/wire.ts';
export type * from '../../src/dashboard/wire-rules.ts';
export type { AttemptEntry } from '../../src/journal/entry.ts';
export type { RecordedOutcome } from '../../src/journal/recorded-outcome.ts';
export type { ExchangeEnd } from '../../src/exchange/events.ts';
export type { Decision } from '../../src/retry/decision.ts';
