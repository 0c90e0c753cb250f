// The text rules that have changed something are in the entry, by name.
import { expect, it } from 'vitest';
import { recording } from '../../test/support/journal-recording.ts';
import { requestRules } from '../rewrite/rules.ts';
import { regexReplacementSchema, responseProcessingSchema } from '../rewrite/options.ts';

const [quotes, ...more] = requestRules({
  regex_replacement: regexReplacementSchema.parse({
    presets: ['straight-quotes'],
    rules: [{ pattern: 'a', description: 'not sk-0123456789abcdef' }],
  }),
  response_processing: responseProcessingSchema.parse({}),
});
const rules = quotes === undefined ? [] : [quotes, quotes, ...more.slice(-1)];
const BODY = Buffer.from('{}');

it('nothing is said where no rule has changed anything', async () => {
  expect(await recording().record({})).not.toHaveProperty('changedBy');
});

it('names of rules are told once, without what looks like a key', async () => {
  const entry = await recording().record({
    changedBy: rules,
    told: { bytes: 2, received: BODY, sent: BODY, changedBy: rules.slice(0, 1) },
  });
  expect(entry?.changedBy).toEqual({
    request: ['the preset straight-quotes', 'regex_replacement.rules[0] (not sk-…cdef)'],
    reply: ['the preset straight-quotes'],
  });
});

it('a side that no rule has changed is left out', async () => {
  expect((await recording().record({ changedBy: rules.slice(0, 1) }))?.changedBy).toEqual({
    request: ['the preset straight-quotes'],
  });
  const told = { bytes: 2, received: BODY, sent: BODY, changedBy: rules.slice(0, 1) };
  expect((await recording().record({ told }))?.changedBy).toEqual({ reply: ['the preset straight-quotes'] });
});
