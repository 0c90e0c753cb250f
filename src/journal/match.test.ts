import { expect, it } from 'vitest';
import { failedTry, summary } from '../../test/support/journal.ts';
import { matcherOf } from './match.ts';

const { isInside } = matcherOf({ text: 'overloaded', limit: 1 });
const [judgement] = failedTry('Fine.').judgements;
const withOutcome = (outcome: object): string =>
  JSON.stringify({ tries: [{ ...failedTry('Fine.'), judgements: [{ ...judgement, outcome }] }] });

it.each<[string, string, boolean]>([
  ['what an upstream answered', withOutcome({ kind: 'responded', body: 'Overloaded!' }), true],
  ['an answer that was not kept', withOutcome({ kind: 'responded', note: 'overloaded' }), false],
  ['something else than an answer', withOutcome({ kind: 'broken', note: 'overloaded' }), false],
  [
    'a good verdict',
    JSON.stringify({
      tries: [
        { judgements: [{ verdict: { kind: 'good', note: 'overloaded' }, outcome: { kind: 'opened' } }] },
      ],
    }),
    false,
  ],
  ['details that are torn', '{"tries":[{"overloaded', false],
  ['details without attempts', '{"note":"overloaded"}', false],
])('looks into %s', (_what, detailsJson, found) => {
  expect(isInside({ detailsJson, bodies: [] })).toBe(found);
});

it.each<[why: string, asked: string | null, exchange: { readonly profile?: string }, fits: boolean]>([
  ['a profile is asked for by its name', 'night', { profile: 'night' }, true],
  ['others are left out', 'night', { profile: 'day' }, false],
  ['so is the main configuration', 'night', {}, false],
  ['which is asked for without a name', null, {}, true],
  ['then no profile is meant', null, { profile: 'night' }, false],
])('%s', (_why, profile, exchange, fits) => {
  expect(matcherOf({ profile, limit: 1 }).fits(summary(exchange))).toBe(fits);
});
