import { describe, expect, it } from 'vitest';
import { answered, attemptEntry, final, journalEntry, retryable } from '../../test/support/dashboard.ts';
import { exportFixture } from './export.ts';
import type { Fixture } from './export.ts';
import type { RecordedOutcome } from './recorded-outcome.ts';

function exported(outcome: RecordedOutcome): Fixture | undefined {
  return exportFixture(
    journalEntry({ tries: [attemptEntry(outcome, retryable({ builtinRule: 'overloaded' }))] }),
  );
}

it('holds what came and how it was judged, in the form of the recorded failures', () => {
  expect(exported(answered(503, { error: { message: 'busy' } }))).toEqual({
    id: 'recorded-2026-01-01',
    source: 'recorded by First Hop',
    plain: {
      status: 503,
      headers: { 'content-type': 'application/json' },
      body: '{"error":{"message":"busy"}}',
    },
    expected: {
      kind: 'retryable',
      reason: 'server-error',
      rule: 'retry_codes',
      status: 503,
      cost: 'not-billed',
      follows: 'retry',
      builtinRule: 'overloaded',
    },
  });
});

it('is about the last attempt that failed', () => {
  const entry = journalEntry({
    tries: [
      attemptEntry(answered(500, 'first'), retryable()),
      attemptEntry(answered(418, 'last'), final()),
      ...journalEntry().tries,
    ],
  });
  expect(exportFixture(entry)).toMatchObject({ plain: { status: 418 }, expected: { follows: 'final' } });
  expect(exportFixture(journalEntry())).toBeUndefined();
});

describe('what is left out', () => {
  it.each<[string, string, string]>([
    ['a key', 'Bad key sk-abcdefghijklmnop1234', 'Bad key sk-…1234'],
    ['a mail address', 'Ask jo.doe+x@mail.example.org', 'Ask someone@example.com'],
    ['an IP address', 'from 203.0.113.77 today', 'from 192.0.2.1 today'],
    ['a UUID', 'id 123e4567-e89b-12d3-a456-426614174000', 'id 00000000-0000-0000-0000-000000000000'],
    ['an account', 'in org-AbCdEf123456', 'in org-…'],
    ['a request', 'req_011CSHoEeqs5C35K', 'req_…'],
  ])('%s', (_what, said, kept) => {
    expect(exported(answered(503, said))?.plain?.body).toBe(kept);
  });

  it('headers that do not decide anything', () => {
    const headers = [
      ['Retry-After', '5'],
      ['x-ratelimit-reset', '7'],
      ['set-cookie', 'a=b'],
      ['openai-organization', 'me'],
    ] as const;
    const fixture = exported({ kind: 'responded', status: 429, headers });
    expect(fixture?.plain).toEqual({
      status: 429,
      headers: { 'retry-after': '5', 'x-ratelimit-reset': '7' },
      body: '',
    });
  });

  it('what a model has said', () => {
    const stream = {
      kind: 'ended',
      status: 200,
      headers: [],
      shown: 'content',
      said: 'Secret words',
    } as const;
    const fixture = exported({ ...stream, how: 'cut', cause: { message: 'reset by 203.0.113.77' } });
    expect(fixture?.outcome).toEqual({
      kind: 'ended',
      how: 'cut',
      status: 200,
      headers: {},
      shown: 'content',
      saidCharacters: 12,
      cause: { message: 'reset by 192.0.2.1' },
    });
  });
});

it('does not mind words that were not kept', () => {
  const stream = { kind: 'ended', how: 'cut', status: 200, headers: [], shown: 'content' } as const;
  expect(exported(stream)?.outcome).toEqual({ ...stream, headers: {} });
});

it('tells an error event as it came, and other outcomes as they are', () => {
  const frame = {
    kind: 'ended',
    how: 'error-frame',
    status: 200,
    headers: [],
    shown: 'nothing',
    error: { error: 'x' },
  } as const;
  expect(exported(frame)?.stream).toEqual({ status: 200, headers: {}, body: 'data: {"error":"x"}\n\n' });
  const timeout = { kind: 'timed-out', phase: 'idle', afterMs: 5 } as const;
  expect(exported(timeout)?.outcome).toEqual(timeout);
});
