import { describe, expect, it } from 'vitest';
import type { Final, Retryable } from '../verdict/verdict.ts';
import { reasonPhrase } from './error-reply.ts';
import { WORDING, duration, failureReply } from './words.ts';
import type { Story } from './words.ts';

const story: Story = { because: 'attempts-exhausted', attempts: 3, elapsedMs: 7_100, secrets: [] };
const overloaded: Retryable = {
  kind: 'retryable',
  reason: 'server-error',
  rule: 'retry_codes',
  status: 503,
  message: 'The model is overloaded',
  cost: 'not-billed',
  conditional: false,
};
const badKey: Final = {
  kind: 'final',
  reason: 'bad-key',
  rule: 'fail_codes',
  status: 401,
  message: '',
  cost: 'not-billed',
};

describe('what the user reads', () => {
  it.each<[string, Retryable | Final, Partial<Story>, string]>([
    [
      'the upstream’s words, the efforts, and what to do',
      overloaded,
      {},
      'The provider failed: The model is overloaded. First Hop tried 3 times in 7 seconds. Wait a moment, then send again.',
    ],
    [
      'one attempt is no effort to tell of',
      badKey,
      { because: 'final', attempts: 1 },
      'The provider does not accept the API key. Check the key in SillyTavern, or target_proxy.apikey in the configuration.',
    ],
    [
      'a wait that is too long is told, so that the user knows when',
      { ...overloaded, reason: 'rate-limited', retryAfterMs: 5_400_000 },
      { because: 'wait-too-long', attempts: 1 },
      'The provider limits how often it may be asked: The model is overloaded. It asks to wait 90 minutes. Send again after that.',
    ],
    [
      'a quota that says when it resets is not told to reset at midnight',
      { ...badKey, reason: 'quota-exhausted', retryAfterMs: 7_200_000 },
      { because: 'final', attempts: 1 },
      'The quota for today is used up. It asks to wait 2 hours. Send again after that.',
    ],
    [
      'a wait that was kept is not told again',
      { ...overloaded, retryAfterMs: 5_000 },
      {},
      'The provider failed: The model is overloaded. First Hop tried 3 times in 7 seconds. Wait a moment, then send again.',
    ],
    [
      'money is a reason to stop',
      { ...overloaded, message: '' },
      { because: 'maybe-billed-exhausted', attempts: 2 },
      'The provider failed. First Hop tried 2 times and stopped, because more attempts might cost money (error_handling.max_maybe_billed). Wait a moment, then send again.',
    ],
    [
      'money, after one attempt',
      { ...overloaded, message: 'Why?' },
      { because: 'maybe-billed-exhausted', attempts: 1 },
      'The provider failed: Why? First Hop tried once and stopped, because more attempts might cost money (error_handling.max_maybe_billed). Wait a moment, then send again.',
    ],
  ])('%s', (_why, verdict, more, message) => {
    expect(failureReply(verdict, { ...story, ...more }).message).toBe(message);
  });

  it.each([
    [300, 'less than a second'],
    [1_000, '1 second'],
    [10_040, '10 seconds'],
    [10_600, '11 seconds'],
  ])('tells %d ms of trying as %s', (elapsedMs, took) => {
    expect(failureReply(overloaded, { ...story, elapsedMs }).message).toContain(`tried 3 times in ${took}.`);
  });

  it('says in its own words that a connection was lost', () => {
    const lost: Retryable = { ...overloaded, reason: 'cut', message: 'other side closed' };
    expect(failureReply(lost, { ...story, attempts: 1 }).message).toBe(
      'The connection to the provider broke in the middle of the reply. What had arrived is kept. Send again, or continue the reply.',
    );
  });

  it('has a brief form that fits the reason phrase and keeps what to do next', () => {
    const phrase = reasonPhrase(
      failureReply({ ...overloaded, message: 'long '.repeat(100) }, story).brief ?? '',
    );
    expect(phrase).toMatch(
      /^The provider failed: (?:long )+.*\.\.\. First Hop tried 3 times in 7 seconds\. Wait a moment, then send again\.$/,
    );
    expect(phrase.length).toBeGreaterThan(190);
  });

  it('has no other brief form where the message is brief', () => {
    const { brief, message } = failureReply({ ...overloaded, message: 'x'.repeat(100) }, story);
    expect(brief).toBe(message);
  });

  it('leaves the upstream’s words out of the brief form where there is no room for them', () => {
    const { brief } = failureReply({ ...overloaded, reason: 'bad-request', message: 'x'.repeat(90) }, story);
    expect(brief).not.toContain('xxx');
    expect(brief).toMatch(/^The provider does not accept the request\. .*does not know\.$/);
  });

  it('carries status, type, code and the stated wait for programs', () => {
    expect(failureReply({ ...overloaded, retryAfterMs: 5 }, story)).toMatchObject({
      status: 503,
      type: 'upstream_error',
      code: 'server_error',
      retryAfterMs: 5,
    });
  });

  it('is not buried under a long upstream message', () => {
    const { message } = failureReply({ ...overloaded, message: 'x'.repeat(5_000) }, story);
    expect(message.length).toBeLessThan(800);
    expect(message).toContain('x…');
  });

  it('never repeats a key, even if the upstream does', () => {
    const { message } = failureReply(
      { ...overloaded, message: 'bad key hunter2hunter2' },
      { ...story, secrets: ['hunter2hunter2'] },
    );
    expect(message).not.toContain('hunter2hunter2');
  });

  it('has a next step for every reason', () => {
    for (const { happened, next } of Object.values(WORDING)) {
      expect(happened).toMatch(/^[A-Z].*[^.]$/);
      expect(next).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('a hard stop', () => {
  const stopped: Final = {
    ...badKey,
    reason: 'hard-stop',
    status: 400,
    message: 'upstream words sk-abcdefghijkl1234',
    hardStop: {
      pattern: 'words',
      description: 'D',
      userMessage: 'Do this.',
      originalResponse: { error: { list: ['sk-abcdefghijkl1234', 7, null] } },
    },
  };

  it('is told in the user’s own words, with the rule and what the upstream sent', () => {
    expect(failureReply(stopped, story)).toEqual({
      status: 400,
      type: 'hard_stop_error',
      code: 'hard_stop_condition_met',
      message: 'Do this.',
      brief: 'Do this.',
      details: {
        original_response: { error: { list: ['sk-…1234', 7, null] } },
        hard_stop_rule: { pattern: 'words', description: 'D' },
      },
    });
  });

  it.each([
    [
      'upstream words sk-abcdefghijkl1234',
      'upstream words sk-…1234',
      'the upstream’s words where the rule has none',
    ],
    ['', 'A rule of your configuration stops this request.', 'ours where the upstream said nothing'],
  ])('%j gives %j: %s', (message, expected) => {
    const plain = { ...stopped, message, hardStop: { pattern: 'p', description: '' } };
    const reply = failureReply(plain, { ...story, attempts: 1 });
    expect(reply.message).toContain(expected);
    expect(reply.details).toEqual({ hard_stop_rule: { pattern: 'p', description: '' } });
  });

  it('shows a made-up answer only as deep as real ones go', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    const hardStop = { pattern: 'p', description: '', originalResponse: deep };
    const { details } = failureReply({ ...stopped, hardStop }, story);
    expect(JSON.stringify(details)).toContain(`${'['.repeat(20)}"…"${']'.repeat(20)}`);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 seconds'],
    [400, '1 second'],
    [4_001, '5 seconds'],
    [119_000, '119 seconds'],
    [120_000, '2 minutes'],
    [121_000, '3 minutes'],
    [7_140_000, '119 minutes'],
    [7_200_000, '2 hours'],
    [86_400_000, '24 hours'],
  ])('%d ms is %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
