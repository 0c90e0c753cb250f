import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath, pathOf, textsAt } from './json-path.ts';

const REPLY = {
  error: { message: 'busy', code: 429, fatal: true, details: [{ msg: 'first' }, { msg: 'second' }] },
  choices: [{ message: { content: 'hello' } }],
  'odd.name': { "it's": 'quoted', '*': 'star' },
};

function read(path: string): readonly string[] {
  return textsAt(REPLY, pathOf(path));
}

describe('a path into a JSON value', () => {
  it.each<[string, readonly string[], string]>([
    ['error.message', ['busy'], 'names with dots'],
    ['choices[0].message.content', ['hello'], 'positions in brackets, as the original writes them'],
    ['error.details[1].msg', ['second'], 'a position further on'],
    ['error.details.0.msg', ['first'], 'a position with a dot means the same'],
    ['error.code', ['429'], 'a number is text to a pattern'],
    ['error', [], 'an object is no text'],
    ['error.fatal', [], 'a truth value is no text'],
    ['error.nothing.deeper', [], 'a field that is missing leads nowhere'],
    ['choices[7].message', [], 'a position past the end leads nowhere'],
    ['choices.first.message', [], 'a name in a list leads nowhere'],
    ['error.message.length', [], 'a text has no fields'],
    ['constructor.name', [], "an object's inherited fields are not the upstream's"],
    ['error.*', [], 'without a root, a star is a name'],
    ['', [], 'an empty path is the whole reply, which is no text'],
  ])('%s gives %j: %s', (path, texts) => {
    expect(read(path)).toEqual(texts);
  });

  it.each<[string, readonly string[], string]>([
    ['$.error.message', ['busy'], 'names'],
    ['$.error.details[1].msg', ['second'], 'a position'],
    ['$.error.details[-1].msg', ['second'], 'a position from the end'],
    ['$.error.details[-3].msg', [], 'a position before the beginning'],
    ['$.error.details[*].msg', ['first', 'second'], 'every position'],
    ['$.error.*', ['busy', '429'], 'every field; what is no text is left out'],
    ['$..msg', ['first', 'second'], 'a name at any depth'],
    ['$.error..msg', ['first', 'second'], 'at any depth below another'],
    ['$..message', ['busy'], 'what is no text is left out there too'],
    ['$..[0].msg', ['first'], 'a position at any depth'],
    ['$..details..*', ['first', 'second'], 'everything below'],
    ["$['odd.name']['it\\'s']", ['quoted'], 'a quoted name'],
    ['$["odd.name"][ "it\'s" ]', ['quoted'], 'in double quotes, with blanks'],
    ["$['odd.name']['*']", ['star'], 'a quoted star is a name'],
    ['$', [], 'the root is no text'],
  ])('%s gives %j: %s', (path, texts) => {
    expect(read(path)).toEqual(texts);
  });

  it.each([
    ['$.error[0:2]', '[0:2]', 'a slice'],
    ['$.error.details[?@.msg]', '[?@.msg]', 'a filter'],
    ["$['error','choices']", "['error','choices']", 'a list of selectors'],
    ['$error', 'error', 'no dot after the root'],
    ['$.error.', '.', 'it ends too early'],
    ['$.error[0', '[0', 'a bracket that is not closed'],
    ['$.er ror', ' ror', 'a blank in a name'],
    ['$...msg', '...msg', 'too many dots'],
  ])('%s can not be read from %s on: %s', (path, rest) => {
    expect(compilePath(path)).toEqual({
      kind: 'invalid',
      reason: `${rest} is not a name, a position, * or ..`,
    });
    expect(() => pathOf(path)).toThrow(`${path}: ${rest} is not`);
  });

  it('is followed through any JSON without throwing', () => {
    const steps = fc.array(fc.constantFrom('.a', '..a', '[0]', '[-1]', '.*', '..*', '["a"]'));
    const paths = fc.oneof(
      fc.string(),
      steps.map((parts) => `$${parts.join('')}`),
    );
    fc.assert(
      fc.property(fc.jsonValue(), paths, (value, path) => {
        const compiled = compilePath(path);
        const texts = compiled.kind === 'valid' ? textsAt(value, compiled.path) : [];
        expect(texts.every((text) => typeof text === 'string')).toBe(true);
      }),
    );
  });

  it.each([
    ['$..*..*..*..*', `${'[['.repeat(5_000)}${']]'.repeat(5_000)}`, 'lists in lists'],
    ['$..a..a..a', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`, 'objects in objects'],
    ['$..*..*', JSON.stringify(Array.from({ length: 20_000 }, () => ['x'])), 'a long list'],
    [
      '$.*',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, key) => [key, 'x']))),
      'a wide object',
    ],
    ['$[*][*]', JSON.stringify(Array.from({ length: 20_000 }, () => ['x'])), 'a long list, no depth'],
  ])('%s gives up in a value that is too large for any error: %s', (path, json) => {
    expect(textsAt(JSON.parse(json), pathOf(path))).toEqual([]);
  });
});
