import { describe, expect, it } from 'vitest';
import { ended, judged, systemError } from '../../test/support/outcomes.ts';
import type { Ended } from '../upstream/outcome.ts';

describe('streams that ended', () => {
  it.each<[Partial<Ended>, object, string]>([
    [{}, { kind: 'retryable', reason: 'empty-reply', status: 502, cost: 'maybe' }, 'nothing was said'],
    [{ shown: 'reasoning' }, { kind: 'retryable', reason: 'empty-reply', cost: 'maybe' }, 'thought only'],
    [{ finishReason: 'SAFETY' }, { kind: 'final', reason: 'blocked', status: 400 }, 'blocked'],
    [{ finishReason: 'MAX_TOKENS' }, { kind: 'final', reason: 'length-limit', cost: 'billed' }, 'used up'],
    [
      { how: 'error-frame', error: { error: { message: 'Busy', code: 503 } } },
      { kind: 'retryable', reason: 'server-error', status: 503, message: 'Busy', cost: 'not-billed' },
      'an error first',
    ],
    [
      {
        how: 'error-frame',
        error: { type: 'error', error: { type: 'api_error', message: 'Internal' } },
      },
      { kind: 'retryable', reason: 'error-in-reply', status: 502, message: 'Internal', cost: 'maybe' },
      'an error without a status (Anthropic)',
    ],
    [
      { how: 'error-frame', error: { error: { message: 'Busy', code: 503 } }, shown: 'content' },
      { kind: 'retryable', reason: 'server-error', status: 503, cost: 'maybe' },
      'an error after text: the text has been made',
    ],
    [
      { how: 'error-frame', error: 'Broken' },
      { kind: 'retryable', reason: 'error-in-reply', status: 502, message: 'Broken' },
      'an error that is a text',
    ],
    [
      { how: 'error-frame' },
      { kind: 'retryable', reason: 'error-in-reply', status: 502, message: '' },
      'an error that says nothing',
    ],
    [
      {
        how: 'error-frame',
        error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      },
      { kind: 'retryable', status: 503, builtinRule: 'overloaded-in-reply', cost: 'not-billed' },
      'a refusal costs what its new status says',
    ],
    [
      {
        how: 'error-frame',
        error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
        shown: 'content',
      },
      { kind: 'retryable', status: 503, builtinRule: 'overloaded-in-reply', cost: 'maybe' },
      'a text that has been made costs, whatever ended it',
    ],
    [
      { how: 'cut', cause: new Error('closed', { cause: systemError('ECONNRESET', 'reset') }) },
      { kind: 'retryable', message: 'closed - reset' },
      'everything that is known about it',
    ],
    [
      { how: 'cut', cause: systemError('ECONNRESET', 'read ECONNRESET') },
      { kind: 'retryable', reason: 'cut', rule: 'broken_streams', status: 502, message: 'read ECONNRESET' },
      'the connection broke',
    ],
    [
      { how: 'cut', shown: 'content' },
      { kind: 'retryable', reason: 'cut', message: '', cost: 'maybe' },
      'the end mark is missing',
    ],
    [
      { how: 'idle', shown: 'content' },
      { kind: 'retryable', reason: 'stalled', rule: 'broken_streams', status: 504, cost: 'maybe' },
      'nothing more came',
    ],
    [
      { how: 'cut', shown: 'content', finishReason: 'stop' },
      { kind: 'good', ended: true },
      'broken after its finish_reason: nothing is missing',
    ],
    [
      { how: 'idle', shown: 'content', finishReason: 'length' },
      { kind: 'good', ended: true },
      'open after its finish_reason: nothing more is to come',
    ],
    [
      { how: 'cut', shown: 'reasoning', finishReason: 'stop' },
      { kind: 'retryable', reason: 'cut' },
      'a finish_reason without a text makes no reply',
    ],
    [
      { how: 'error-frame', error: { error: 'x' }, shown: 'content', finishReason: 'stop' },
      { kind: 'retryable', reason: 'error-in-reply' },
      'an error says that something is missing',
    ],
  ])('row %#: %j', (over, verdict) => {
    expect(judged(ended(over))).toMatchObject(verdict);
  });
});

it('an overload in the middle of a reply is one, and may have cost what was said before it', () => {
  const error = { error: { message: 'The model is overloaded. Please try again later.' } };
  expect(judged(ended({ how: 'error-frame', shown: 'content', error }))).toMatchObject({
    kind: 'retryable',
    reason: 'overloaded',
    cost: 'maybe',
  });
});
