import { describe, expect, it } from 'vitest';
import { addUsage, usageIn } from './usage.ts';
import { usageOf } from './whole-body.ts';

describe('usage', () => {
  it.each<[object, object | undefined, string]>([
    [{ usage: { total_tokens: 3 } }, { total_tokens: 3 }, 'the usual form'],
    [{ usage: null }, undefined, 'most chunks of a stream'],
    [{ usage: 7 }, undefined, 'something else'],
    [{}, undefined, 'none'],
  ])('in %j is %j: %s', (reply, usage) => {
    expect(usageIn({ ...reply })).toEqual(usage);
  });

  it.each<[string, object | undefined, string]>([
    ['{"choices":[],"usage":{"total_tokens":3}}', { total_tokens: 3 }, 'JSON'],
    ['data: {"choices":[],"usage":{"total_tokens":3}}\n\n', { total_tokens: 3 }, 'a stream'],
    [
      '{"usage":{"total_tokens":3,"prompt_tokens_details":{"cached_tokens":1},"tier":"a"}}',
      { total_tokens: 3, prompt_tokens_details: { cached_tokens: 1 }, tier: 'a' },
      'two levels',
    ],
    ['{"usage":{"total_tokens":3},"x":{"usage":{"total_tokens":4}}}', { total_tokens: 3 }, 'that of the top'],
    ['{"usage":{"prompt_tokens":3}}', { prompt_tokens: 3 }, 'a part of it'],
    ['{"usage":{"total_tokens":3,"note":"{\\""}}', { total_tokens: 3, note: '{"' }, 'with odd texts'],
    ['{"choices":["a \\"usage\\": 7"]}', undefined, 'in a text only'],
    ['{"kind":"usage","error":{}}', undefined, 'a value of that name'],
    ['[1]', undefined, 'no object'],
    ['["usage"]', undefined, 'no object, but with that name in it'],
    ['<html>', undefined, 'a page'],
  ])('of the body %j is %j: %s', (body, usage) => {
    expect(usageOf(Buffer.from(body))).toEqual(usage);
  });

  it.each<[object | undefined, object | undefined, object | undefined, string]>([
    [undefined, undefined, undefined, 'nobody has told'],
    [{ a: 1 }, undefined, { a: 1 }, 'the later has not'],
    [undefined, { a: 1 }, { a: 1 }, 'the earlier has not'],
    [{ a: 1, b: 2 }, { a: 10, c: 3 }, { a: 11, b: 2, c: 3 }, 'numbers of the same name'],
    [
      { prompt_tokens_details: { cached_tokens: 5, audio_tokens: 1 } },
      { prompt_tokens_details: { cached_tokens: 6 } },
      { prompt_tokens_details: { cached_tokens: 11, audio_tokens: 1 } },
      'one level below',
    ],
    [
      { a: 1, b: 'x', c: { d: { e: 1 } }, f: {}, g: null },
      { a: '1', b: 'y', c: { d: { e: 2 } }, f: 2, g: 4 },
      { a: '1', b: 'y', c: { d: { e: 2 } }, f: 2, g: 4 },
      'of anything else the later counts',
    ],
  ])('%j and %j together are %j: %s', (earlier, later, together) => {
    const given = (usage: object | undefined) => (usage === undefined ? undefined : { ...usage });
    expect(addUsage(given(earlier), given(later))).toEqual(together);
  });

  it('may have any names', () => {
    const odd = JSON.parse('{"__proto__":1,"toString":2}') as Record<string, unknown>;
    expect(JSON.stringify(addUsage(odd, odd))).toBe('{"__proto__":2,"toString":4}');
  });
});
