import { describe, expect, it } from 'vitest';
import { ended, judged, reply, responded, rulesOf, systemError } from '../../test/support/outcomes.ts';
import type { Outcome } from '../upstream/outcome.ts';
import type { Rules } from './rules.ts';

const hardStop = (rule: object): Rules => rulesOf({ hard_stop_conditions: { rules: [rule] } });

describe("the user's hard stops", () => {
  const quota = { error: { message: 'You exceeded your current QUOTA', code: 429 } };

  it('come before everything and carry what the client may see', () => {
    const rules = hardStop({
      pattern: 'your current quota',
      description: 'Money',
      user_message: 'Add credit.',
    });
    expect(judged(responded(429, quota), rules)).toEqual({
      kind: 'final',
      reason: 'hard-stop',
      rule: 'hard_stop_conditions',
      status: 400,
      message: 'You exceeded your current QUOTA',
      cost: 'not-billed',
      hardStop: {
        pattern: 'your current quota',
        description: 'Money',
        userMessage: 'Add credit.',
        originalResponse: quota,
      },
    });
  });

  it.each<[object, Outcome, object, string]>([
    [
      { pattern: 'quota', preserve_original_response: false },
      responded(402, quota),
      { pattern: 'quota', description: '' },
      'the answer is not to be shown',
    ],
    [
      { pattern: 'blocked' },
      responded(403, 'blocked by a page'),
      { pattern: 'blocked', description: '', originalResponse: 'blocked by a page' },
      'the answer is a text',
    ],
    [
      { pattern: 'ECONNREFUSED' },
      { kind: 'unreachable', cause: systemError('ECONNREFUSED') },
      { pattern: 'ECONNREFUSED', description: '' },
      'there is no answer',
    ],
  ])('show as much as there is and may be shown: %j', (rule, outcome, hardStopped) => {
    expect(judged(outcome, hardStop(rule))).toHaveProperty('hardStop', hardStopped);
  });

  it.each<[string, Outcome, string]>([
    [
      'googleAIBlockingResponseHandler.*Cannot read properties',
      responded(500, '{"stack":"at googleAIBlockingResponseHandler\\n",\n"text":"Cannot read properties"}'),
      'anywhere in the body, across its lines',
    ],
    ['moment', responded(200, '<title>Just a <b>moment</b></title><body>'), 'in a page'],
    [
      'PROHIBITED',
      responded(200, { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' } }),
      'in another shape',
    ],
    [
      'overloaded_error',
      ended({ how: 'error-frame', error: { error: { type: 'overloaded_error' } } }),
      'in a frame',
    ],
    ['hang up', ended({ how: 'cut', cause: new Error('socket hang up') }), 'in the words of the system'],
    ['no answer', { kind: 'timed-out', phase: 'first-byte', afterMs: 1 }, 'in our own words for a timeout'],
  ])('/%s/ is found %#', (pattern, outcome) => {
    expect(judged(outcome, hardStop({ pattern }))).toMatchObject({ kind: 'final', reason: 'hard-stop' });
  });

  it.each<[Outcome, string]>([
    [responded(200, reply({ content: '', reasoning: 'She says: overloaded.' })), 'in thoughts'],
    [responded(200, { ...reply({ content: 'overloaded' }, 'error') }), 'in a text that an error has ended'],
    [
      ended({
        how: 'error-frame',
        error: { choices: [{ delta: { content: 'overloaded' }, finish_reason: 'error' }] },
      }),
      'in the last words of a stream',
    ],
  ])("are not looked for in a model's words: row %#", (outcome) => {
    expect(judged(outcome, hardStop({ pattern: 'overloaded' }))).toMatchObject({ kind: 'retryable' });
  });
});

describe('recategorisation', () => {
  const rules = rulesOf(
    {},
    {
      status_recategorization: {
        rules: [
          { pattern: 'overloaded', original_status: 200, new_status: 429, description: 'Google, overloaded' },
          { pattern: 'overloaded', original_status: 400, new_status: 503 },
          { pattern: 'invalid', new_status: 401 },
          { pattern: 'invalid', new_status: 500 },
          { pattern: 'fine', new_status: 200 },
        ],
      },
    },
  );

  it.each<[Outcome, object, string]>([
    [
      responded(200, { error: { message: 'The model is OVERLOADED', code: 400 } }),
      {
        kind: 'retryable',
        reason: 'rate-limited',
        status: 429,
        recategorised: { from: 200, to: 429, pattern: 'overloaded', description: 'Google, overloaded' },
      },
      "the upstream's status is the HTTP one, not the one in the body",
    ],
    [
      responded(400, { error: 'overloaded' }),
      { kind: 'retryable', reason: 'server-error', status: 503, recategorised: { from: 400, to: 503 } },
      'another status, another rule',
    ],
    [
      responded(503, { error: 'invalid' }),
      { kind: 'final', reason: 'bad-key', status: 401, rule: 'fail_codes' },
      'any status; the first rule that matches wins',
    ],
    [
      { kind: 'unreachable', cause: new Error('invalid address') },
      { kind: 'final', status: 401, recategorised: { from: undefined, to: 401 } },
      'a failure without a status',
    ],
    [
      responded(502, 'overloaded'),
      { kind: 'retryable', reason: 'overloaded', status: 503 },
      'a rule for other statuses; our own knowledge has its say',
    ],
    [
      responded(500, 'fine'),
      { kind: 'final', status: 502, rule: 'unlisted_status' },
      'a failure never becomes a 200',
    ],
  ])('row %#', (outcome, verdict) => {
    expect(judged(outcome, rules)).toMatchObject(verdict);
  });

  it('is not in a verdict it has not changed', () => {
    expect(judged(responded(502, 'overloaded'), rules)).not.toHaveProperty('recategorised');
  });

  it('comes after the hard stops', () => {
    const both = rulesOf(
      { hard_stop_conditions: { rules: [{ pattern: 'overloaded' }] } },
      { status_recategorization: { rules: [{ pattern: 'overloaded', new_status: 429 }] } },
    );
    expect(judged(responded(503, 'overloaded'), both)).toMatchObject({ kind: 'final', reason: 'hard-stop' });
  });
});

describe("the user's own paths", () => {
  const rules = rulesOf(
    { hard_stop_conditions: { rules: [{ pattern: 'banned' }] } },
    {
      json_extraction: { paths: ['choices[0].message.content', 'error.why'] },
      status_recategorization: { rules: [{ pattern: '^overloaded', original_status: 200, new_status: 429 }] },
    },
  );

  it.each<[Outcome, object, string]>([
    [
      responded(200, reply({ content: 'Overloaded. Wait a little.' })),
      {
        kind: 'retryable',
        reason: 'rate-limited',
        status: 429,
        message: 'Overloaded. Wait a little.',
        cost: 'maybe',
      },
      'an error in the place of the text',
    ],
    [
      responded(200, reply({ content: 'You are banned' })),
      { kind: 'final', reason: 'hard-stop' },
      'a hard stop',
    ],
    [responded(200, reply({ content: 'Hello' })), { kind: 'good', ended: true }, 'no rule applies'],
    [
      responded(200, reply({ content: 'Hello', note: 'banned' })),
      { kind: 'good', ended: true },
      'the rest of a good reply is not looked at',
    ],
    [
      responded(500, { error: { why: 'banned' } }),
      { kind: 'final', reason: 'hard-stop' },
      'in an error answer',
    ],
  ])('row %#', (outcome, verdict) => {
    expect(judged(outcome, rules)).toMatchObject(verdict);
  });
});
