import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ended, judged, reply, responded, rulesOf } from '../../test/support/outcomes.ts';
import type { Outcome } from '../upstream/outcome.ts';
import type { Rules } from './rules.ts';
import type { Verdict } from './verdict.ts';

describe('outcomes nobody need worry about', () => {
  it.each<[Outcome, Verdict, string]>([
    [{ kind: 'aborted', by: 'client' }, { kind: 'moot' }, 'nobody is listening'],
    [{ kind: 'aborted', by: 'shutdown' }, { kind: 'moot' }, 'nobody will be answered'],
    [
      {
        kind: 'opened',
        status: 200,
        headers: [],
        opening: [],
        rest: { relay: () => Promise.resolve(ended({})), giveUp: () => undefined },
      },
      { kind: 'good', ended: false },
      'a stream opens with its first meaning',
    ],
    [ended({ shown: 'content' }), { kind: 'good', ended: true }, 'a stream that said something and ended'],
    [
      ended({ shown: 'content', finishReason: 'length' }),
      { kind: 'good', ended: true },
      'cut short by its limit, but there is text',
    ],
    [
      { ...responded(200, reply({ content: 'Hello' })), unasked: true },
      { kind: 'good', ended: false },
      'a whole reply that has still to be told as a stream',
    ],
    [responded(200, reply({ content: 'Hello' })), { kind: 'good', ended: true }, 'text'],
    [responded(200, reply({ tool_calls: [{}] })), { kind: 'good', ended: true }, 'a tool call has no text'],
    [responded(201, { choices: [{ text: 'Hello' }] }), { kind: 'good', ended: true }, 'a text completion'],
    [
      responded(200, `\uFEFF\n \n${JSON.stringify(reply({ content: 'Hello' }))}`),
      { kind: 'good', ended: true },
      'a byte order mark and the blank lines DeepSeek waits with',
    ],
    [
      responded(200, 'data: {"choices":[{"delta":{"content":"Hello"}}]}\n\ndata: [DONE]\n\n'),
      { kind: 'good', ended: true },
      'a stream nobody asked for',
    ],
    [
      responded(200, reply({ content: 'The model is overloaded, she said. Quota exceeded.' })),
      { kind: 'good', ended: true },
      'a character may say anything',
    ],
  ])('row %#', (outcome, verdict) => {
    const rules = rulesOf(
      { hard_stop_conditions: { rules: [{ pattern: 'quota' }] } },
      { status_recategorization: { rules: [{ pattern: 'overloaded', new_status: 429 }] } },
    );
    expect(judged(outcome, rules)).toEqual(verdict);
  });
});

describe('any outcome', () => {
  const headers = fc.array(fc.string());
  const status = fc.integer({ min: 100, max: 999 });
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ error: value })),
  );
  const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
    fc.record({
      kind: fc.constant('responded' as const),
      status,
      headers,
      body: fc.oneof(
        text.map((value) => Buffer.from(value)),
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      ),
    }),
    fc.record({
      kind: fc.constant('ended' as const),
      how: fc.constantFrom('done' as const, 'error-frame' as const, 'cut' as const, 'idle' as const),
      status,
      headers,
      shown: fc.constantFrom('nothing' as const, 'reasoning' as const, 'content' as const),
      said: fc.option(fc.string(), { nil: undefined }),
      finishReason: fc.option(fc.string(), { nil: undefined }),
      error: fc.jsonValue(),
    }),
    fc.record({
      kind: fc.constantFrom('unreachable' as const, 'broken' as const),
      cause: fc.string().map((message) => new Error(message)),
    }),
  );

  it('has a verdict; what is reported is an error status', () => {
    const rules = rulesOf(
      { hard_stop_conditions: { rules: [{ pattern: 'a{3}' }] } },
      { json_extraction: { paths: ['error', 'choices[0].text'] } },
    );
    fc.assert(
      fc.property(outcomes, (outcome) => {
        const verdict = judged(outcome, rules);
        if (verdict.kind === 'good' || verdict.kind === 'moot') return;
        expect(verdict.status).toBeGreaterThanOrEqual(400);
        expect(verdict.status).toBeLessThanOrEqual(599);
        expect(verdict.message.length).toBeLessThanOrEqual(2_001);
      }),
      { numRuns: 500 },
    );
  });

  it('of a kind that does not exist is our own mistake', () => {
    // @ts-expect-error the compiler refuses it too
    expect(() => judged({ kind: 'odd' })).toThrow('Unhandled case');
  });

  it('and so is a rule with an effect that does not exist', () => {
    const rules = rulesOf();
    const known = { ...rules.builtin[0], search: { isIn: () => true }, effect: { kind: 'odd' } };
    // @ts-expect-error the compiler refuses it too
    const odd: Rules = { ...rules, builtin: [known] };
    expect(() => judged(responded(500, 'x'), odd)).toThrow('Unhandled case');
  });
});
