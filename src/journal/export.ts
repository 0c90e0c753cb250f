// One recorded failure as a fixture for a bug report: what the upstream answered and how it was judged, without a prompt,
// a reply, a key, or anything that tells who asked.
import { redact } from '../std/redact.ts';
import type { Decision } from '../retry/decision.ts';
import type { Final, Retryable } from '../verdict/verdict.ts';
import type { JournalEntry } from './entry.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';

/** The form of the files in test/fixtures/upstream-failures/; `outcome` where no answer came. */
export interface Fixture {
  readonly id: string;
  readonly source: string;
  readonly plain?: FixtureAnswer;
  readonly stream?: FixtureAnswer;
  readonly outcome?: unknown;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** What an upstream has answered. */
export interface FixtureAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers that decide how an answer is judged. The others may tell who asked. */
const TELLING = /^(?:content-type|retry-after(?:-ms)?|x-ratelimit-[\w-]+|ratelimit[\w-]*|server)$/i;

/** What tells who asked: mail addresses, IP addresses, UUIDs, and the ids of accounts and requests. */
const PERSONAL: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}/g, 'someone@example.com'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '192.0.2.1'],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, '00000000-0000-0000-0000-000000000000'],
  [/\b((?:org|user|proj|req|acct|gen|chatcmpl)[-_])[\w-]{6,}/g, '$1…'],
];

/** The last failure of an exchange; undefined when no attempt failed. */
export function exportFixture(entry: JournalEntry): Fixture | undefined {
  const judgements = entry.tries.flatMap((attempt) => attempt.judgements);
  for (const { outcome, verdict, decision } of judgements.toReversed()) {
    if (verdict.kind !== 'retryable' && verdict.kind !== 'final') continue;
    return {
      id: `recorded-${new Date(entry.startedAt).toISOString().slice(0, 10)}`,
      source: 'recorded by First Hop',
      ...answerOf(outcome),
      expected: expectation(verdict, decision),
    };
  }
  return undefined;
}

function answerOf(outcome: RecordedOutcome): Partial<Fixture> {
  if (outcome.kind === 'responded') {
    const { status, headers, body = '' } = outcome;
    return { plain: { status, headers: telling(headers), body: impersonal(body) } };
  }
  if (outcome.kind === 'ended') {
    const { status, headers, how, error } = outcome;
    const body = how === 'error-frame' ? `data: ${impersonal(JSON.stringify(error))}\n\n` : '';
    if (body !== '') return { stream: { status, headers: telling(headers), body } };
    const { said, cause, ...rest } = outcome;
    const shown = { ...rest, headers: telling(headers), saidCharacters: said?.length, cause };
    return { outcome: JSON.parse(impersonal(JSON.stringify(shown))) as unknown };
  }
  return { outcome: JSON.parse(impersonal(JSON.stringify(outcome))) as unknown };
}

function expectation(verdict: Retryable | Final, decision: Decision): Readonly<Record<string, unknown>> {
  const { kind, reason, rule, status, cost, builtinRule } = verdict;
  const follows = decision.kind === 'stop' ? decision.because : decision.kind;
  return { kind, reason, rule, status, cost, follows, ...(builtinRule !== undefined && { builtinRule }) };
}

function telling(headers: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const kept = headers.filter(([name]) => TELLING.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), impersonal(value)]));
}

function impersonal(text: string): string {
  let clean = redact(text);
  for (const [pattern, substitute] of PERSONAL) clean = clean.replace(pattern, substitute);
  return clean;
}
