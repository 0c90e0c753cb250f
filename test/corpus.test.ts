// Failures that real upstreams have sent (test/fixtures/upstream-failures/), each read as an attempt reads it and judged
// with the defaults: the verdict, what follows from it, and the words the user must read.
import { readFileSync, readdirSync } from 'node:fs';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { builtinRulesPage } from '../scripts/builtin-rules-page.ts';
import { failureReply } from '../src/reply/words.ts';
import { decide } from '../src/retry/decide.ts';
import { retryErrorHandlingShape } from '../src/retry/options.ts';
import { retryPolicy } from '../src/retry/policy.ts';
import { frameSplitter } from '../src/sse/split.ts';
import type { Outcome, RawHeaders } from '../src/upstream/outcome.ts';
import { StreamReader, isStreamAnswer } from '../src/upstream/stream-reader.ts';
import type { StreamHost } from '../src/upstream/stream-reader.ts';
import { BUILTIN_RULES } from '../src/verdict/builtin-rules.ts';
import type { Verdict } from '../src/verdict/verdict.ts';
import { judged, responded, rulesOf } from './support/outcomes.ts';

const expectedSchema = z.strictObject({
  kind: z.enum(['good', 'retryable', 'final']),
  reason: z.string().optional(),
  rule: z.string().optional(),
  builtinRule: z.string().optional(),
  status: z.number().optional(),
  conditional: z.boolean().default(false),
  cost: z.string().optional(),
  retryAfterMs: z.number().optional(),
  /** What follows with the default policy: `retry`, or why it stops. */
  follows: z.string().optional(),
  /** What the user must read if this is the end. */
  words: z.array(z.string()).min(1).optional(),
});
const answerSchema = z.strictObject({
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
const fixtureSchema = z.strictObject({
  id: z.string(),
  source: z.string().min(1),
  shortened: z.literal(true).optional(),
  note: z.string().optional(),
  plain: answerSchema.optional(),
  stream: answerSchema.extend({ differs: z.strictObject({ builtinRule: z.string() }).optional() }).optional(),
  expected: expectedSchema,
});
type Fixture = z.infer<typeof fixtureSchema>;
type Expected = z.infer<typeof expectedSchema>;

const folder = new URL('fixtures/upstream-failures/', import.meta.url);
const fixtures = readdirSync(folder).map((file): Fixture => {
  const fixture = fixtureSchema.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  expect(`${fixture.id}.json`).toBe(file);
  return fixture;
});

const policy = retryPolicy(z.object(retryErrorHandlingShape).parse({}));
const withoutKnowledge = rulesOf({ builtin_rules: false });

/** An answer to a request for a stream, in these pieces: the first that is reported of it. */
function streamed(status: number, headers: RawHeaders, ...pieces: readonly (string | Buffer)[]): Outcome {
  const body = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
  if (!isStreamAnswer(status, headers)) return responded(status, body.toString(), headers);
  const reported: Outcome[] = [];
  const host: StreamHost = {
    status,
    headers,
    endMarks: { seen: true },
    maxBytes: 2 ** 20,
    complete: () => undefined,
    open: (opening, rest) => reported.push({ kind: 'opened', status, headers, opening, rest }),
    next: () => new Promise(() => undefined),
    settle: (outcome) => reported.push(outcome),
    shown: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
  };
  const reader = new StreamReader(host, 'stream');
  for (const piece of pieces) if (reported.length === 0) reader.data(Buffer.from(piece));
  if (reported.length === 0) reader.end();
  const [first] = reported;
  if (first === undefined) throw new Error('the reader has reported nothing');
  return first;
}

/** A fixture's answers, each as an outcome with what is expected of it. */
function cases({ id, plain, stream, expected }: Fixture): [string, Outcome, Expected][] {
  const rows: [string, Outcome, Expected][] = [];
  if (plain !== undefined) {
    const headers = Object.entries(plain.headers).flat();
    rows.push([`${id} plain`, responded(plain.status, plain.body, headers), expected]);
  }
  if (stream !== undefined) {
    const headers = Object.entries(stream.headers).flat();
    const outcome = streamed(stream.status, headers, stream.body);
    rows.push([`${id} streamed`, outcome, { ...expected, ...stream.differs }]);
  }
  return rows;
}

const all = fixtures.flatMap(cases);

function failed(verdict: Verdict): Exclude<Verdict, { kind: 'good' | 'moot' }> {
  if (verdict.kind === 'good' || verdict.kind === 'moot') throw new Error(`judged ${verdict.kind}`);
  return verdict;
}

describe('failures of real upstreams', () => {
  it.each(all)('%s', (_name, outcome, { words, follows, conditional, ...expected }) => {
    const verdict = judged(outcome);
    if (expected.kind === 'good') {
      expect(verdict.kind).toBe('good');
      return;
    }
    const { message, recategorised: _, ...rest } = failed(verdict);
    expect(rest).toEqual({
      ...expected,
      ...(expected.kind === 'retryable' && { conditional }),
      ...(expected.retryAfterMs !== undefined && { retryAfterMs: expect.closeTo(expected.retryAfterMs, 3) }),
    });
    expect(message).not.toMatch(/<\/?[a-z]+>|\\"/);

    const attempts = [{ verdict, startedAtMs: 0, endedAtMs: 0 }];
    const decision = decide(
      verdict,
      { attempts, elapsedMs: 0, commit: 'nothing', rescuesLeft: 0, hasOtherStyle: false, chance: 0.5 },
      policy,
    );
    expect(decision.kind === 'stop' ? decision.because : decision.kind).toBe(follows);

    const because = decision.kind === 'stop' ? decision.because : 'attempts-exhausted';
    const told = failureReply(failed(verdict), { because, attempts: 1, elapsedMs: 0, secrets: [] });
    for (const word of words ?? []) expect(told.message).toContain(word);
    expect(told.type).not.toBe('insufficient_quota');
  });

  it('are all here: F1 to F31', () => {
    const numbers = new Set(fixtures.map(({ id }) => Number(/^F(\d+)[a-z]?$/.exec(id)?.[1])));
    expect([...numbers].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 31 }, (_, index) => index + 1),
    );
  });

  it('are no replies as the first event of a stream either', () => {
    for (const { id, plain, expected } of fixtures) {
      if (plain === undefined || expected.kind === 'good' || !plain.body.startsWith('{')) continue;
      const outcome = streamed(200, [], `data: ${plain.body}\n\n`);
      expect(judged(outcome).kind, id).not.toBe('good');
    }
  });
});

describe('their streams, cut into two pieces at every byte', () => {
  const streams = fixtures.flatMap(({ id, stream }) => (stream === undefined ? [] : [[id, stream] as const]));

  it.each(streams)('%s gives the same frames, and is judged the same', (_id, { status, headers, body }) => {
    const bytes = Buffer.from(body);
    const raw = Object.entries(headers).flat();
    const whole = framesOf(bytes);
    const verdict = JSON.stringify(judged(streamed(status, raw, bytes)));
    for (let at = 1; at < bytes.length; at += 1) {
      const pieces = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(framesOf(...pieces)).toEqual(whole);
      expect(JSON.stringify(judged(streamed(status, raw, ...pieces)))).toBe(verdict);
    }
    const frames = frameSplitter().push(Buffer.from(`${body}\n\n`));
    expect(frames.flatMap(({ data }) => data ?? [])).toEqual(eventsIn(body));
  });
});

/** The frames of a stream that comes in these pieces: their data and their bytes, as text. */
function framesOf(...pieces: readonly Buffer[]): readonly string[] {
  const splitter = frameSplitter();
  return [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()].map(({ data, raw }) =>
    JSON.stringify([data, raw.toString('latin1')]),
  );
}

/** The data of its events, as another parser reads them, which wants a blank line after the last. */
function eventsIn(body: string): readonly string[] {
  const events: string[] = [];
  createParser({ onEvent: ({ data }) => events.push(data) }).feed(`${body}\n\n`);
  return events;
}

describe('the built-in rules', () => {
  it.each(BUILTIN_RULES.map(({ id, fixtures: proofs }) => [id, proofs] as const))(
    '%s is proven by %j, and makes a difference there',
    (id, proofs) => {
      expect(proofs.length).toBeGreaterThan(0);
      for (const proof of proofs) {
        const proving = all.filter(
          ([name, outcome]) => name.startsWith(`${proof} `) && failed(judged(outcome)).builtinRule === id,
        );
        expect(proving.length, proof).toBeGreaterThan(0);
        for (const [name, outcome] of proving) {
          const unknowing = failed(judged(outcome, withoutKnowledge));
          expect(unknowing, name).not.toHaveProperty('builtinRule');
          const { builtinRule: _, ...knowing } = failed(judged(outcome));
          expect(unknowing, name).not.toEqual(knowing);
        }
      }
    },
  );

  it('are named once each', () => {
    const ids = BUILTIN_RULES.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are listed in docs/builtin-rules.md as they are (npm run docs writes it)', () => {
    const page = readFileSync(new URL('../docs/builtin-rules.md', import.meta.url), 'utf8');
    expect(page).toBe(builtinRulesPage());
    expect(page).not.toMatch(/undefined|\[object/);
  });
});
