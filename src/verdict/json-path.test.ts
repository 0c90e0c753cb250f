import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath, textAt } from './json-path.ts';

const REPLY = {
  error: { message: 'busy', code: 429, fatal: true, details: [{ msg: 'first' }, { msg: 'second' }] },
  choices: [{ message: { content: 'hello' } }],
};

describe('a path into a JSON value', () => {
  it.each<[string, string | undefined, string]>([
    ['error.message', 'busy', 'names with dots'],
    ['choices[0].message.content', 'hello', 'positions in brackets, as the original writes them'],
    ['error.details[1].msg', 'second', 'a position further on'],
    ['error.details.0.msg', 'first', 'a position with a dot means the same'],
    ['$.error.message', 'busy', 'the root of RFC 9535 may be named'],
    ['error.code', '429', 'a number is text to a pattern'],
    ['error', undefined, 'an object is no text'],
    ['error.fatal', undefined, 'a truth value is no text'],
    ['error.nothing.deeper', undefined, 'a field that is missing leads nowhere'],
    ['choices[7].message', undefined, 'a position past the end leads nowhere'],
    ['choices.first.message', undefined, 'a name in a list leads nowhere'],
    ['error.message.length', undefined, 'a text has no fields'],
    ['constructor.name', undefined, "an object's inherited fields are not the upstream's"],
    ['', undefined, 'an empty path is the whole reply, which is no text'],
  ])('%s gives %s: %s', (path, text) => {
    expect(textAt(REPLY, compilePath(path))).toBe(text);
  });

  it('is followed through any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, path) => {
        const text = textAt(value, compilePath(path));
        expect(text === undefined || typeof text === 'string').toBe(true);
      }),
    );
  });
});
