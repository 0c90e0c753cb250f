import { describe, expect, it } from 'vitest';
import { ended, responded } from '../../test/support/outcomes.ts';
import { wholeAnswer } from './body-reader.ts';
import { usageTold } from './usage.ts';

const TEXT = 'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n';

describe('a body that has come whole', () => {
  it.each<[string, string, boolean, string, boolean, number?]>([
    ['JSON', '{"choices":[]}', true, 'responded', true],
    ['a stream with its mark', `${TEXT}data: [DONE]\n\n`, false, 'responded', true],
    ['a stream without, of an upstream that has never marked one', TEXT, false, 'responded', false],
    ['a stream without, of one that has', TEXT, true, 'broken', true],
    ['JSON says nothing about marks', '{"choices":[]}', false, 'responded', false],
    ['an error status says what it is by itself', TEXT, true, 'responded', true, 401],
  ])('%s', (_what, body, seen, kind, seenAfter, status = 200) => {
    const endMarks = { seen };
    expect(wholeAnswer(status, [], Buffer.from(body), endMarks).kind).toBe(kind);
    expect(endMarks).toEqual({ seen: seenAfter });
  });
});

describe('the tokens told', () => {
  const usage = { total_tokens: 3 };

  it.each([
    ['at the end of a stream', ended({ usage }), usage],
    ['by a stream that does not tell', ended({}), undefined],
    ['by a whole answer', responded(200, { usage }), usage],
    ['by no answer', { kind: 'broken', cause: new Error('lost') } as const, undefined],
  ])('%s', (_where, outcome, expected) => {
    expect(usageTold(outcome)).toEqual(expected);
  });
});
