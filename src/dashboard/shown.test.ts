// What judgements are called on the page, and which of them are the same to a user.
import { expect, it } from 'vitest';
import type { Decision } from '../retry/decision.ts';
import { judged } from './judge.ts';
import { isSameJudgement, shownVerdict } from './shown.ts';

it.each([
  [true, 'The reply arrived whole'],
  [false, 'A good reply'],
])('a good reply that has ended: %s', (ended, words) => {
  expect(shownVerdict({ kind: 'good', ended })).toEqual({ kind: 'good', words });
});

it.each<[Decision, Decision, boolean, string]>([
  [{ kind: 'deliver' }, { kind: 'finish' }, true, 'either passes a reply on'],
  [{ kind: 'finish' }, { kind: 'retry', delayMs: 5 }, false, 'one throws it away'],
  [{ kind: 'retry', delayMs: 5 }, { kind: 'retry', delayMs: 9 }, true, 'a wait has a part of chance'],
  [{ kind: 'stop', because: 'final' }, { kind: 'stop', because: 'moot' }, false, 'other reasons'],
])('%j and %j are the same: %s (%s)', (one, other, isSame) => {
  const good = { kind: 'good', ended: true } as const;
  expect(isSameJudgement(judged(good, one), judged(good, other))).toBe(isSame);
});
