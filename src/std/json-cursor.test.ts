import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonCursor } from './json-cursor.ts';
import { parseJson } from './json.ts';

/** Whether all of a text is seen to be JSON. */
function isPassed(text: string): boolean {
  const cursor = new JsonCursor(Buffer.from(text));
  return cursor.passValue() && cursor.isAtEnd;
}

it.each<[string, string]>([
  ['{"a":1,"b":[2,{"c":"]"}],"d":null}', 'an object'],
  [' [ "x"\r\n, -1.5e+3 , true,\t{} ,[\n] ] ', 'white space'],
  ['{}', 'nothing in it'],
  ['""', 'an empty string'],
  ['-0.5E-7', 'a number'],
  ['"\\u00e9\\n\\"\\\\\\/\\b\\f\\r\\t"', 'every escape'],
  ['["\\"","\\\\","a\\\\","\\"","abc\\u00e9abcdefgh"]', 'quotes and backslashes anywhere in strings'],
  ['[0,-0,10,0.25,1E5,1e-05,false,null]', 'every kind of number and word'],
  [`${'['.repeat(65)}${']'.repeat(65)}`, 'a depth that nobody reaches'],
])('%s is JSON: %s', (text) => {
  expect(isPassed(text)).toBe(true);
  expect(parseJson(text)).toBeDefined();
});

describe('leaves to JSON.parse', () => {
  it.each<[string, string]>([
    ['{"\\u0061":1}', 'an escape in a name'],
    [`${'['.repeat(66)}${']'.repeat(66)}`, 'what goes deeper than anybody goes'],
  ])('%j, %s', (text) => {
    expect(isPassed(text)).toBe(false);
    expect(parseJson(text)).toBeDefined();
  });

  it.each<[string, string]>([
    ['', 'nothing'],
    [' ', 'a space'],
    ['{"a":1', 'an object that does not end'],
    ['{"a":1]', 'a bracket of another kind'],
    ['{"a":1}}', 'one bracket too many'],
    ['{"a":1} {}', 'two values'],
    ['{"a" 1}', 'no colon'],
    ['{a:1}', 'a name without quotes'],
    ['{"a":1,}', 'a comma before the end'],
    ['{,"a":1}', 'a comma before the beginning'],
    ['[1 2]', 'no comma'],
    ['[1,]', 'a comma before the end of a list'],
    ['[01]', 'a zero too many'],
    ['[+1]', 'a plus'],
    ['[1.]', 'no digit after the point'],
    ['[.5]', 'no digit before it'],
    ['[1e]', 'an exponent without a digit'],
    ['[nul]', 'half a word'],
    ['[nulll]', 'more than a word'],
    ['["a]', 'a string that does not end'],
    ['["a\\"]', 'a string whose end is escaped'],
    ['["\\x41"]', 'an escape that there is not'],
    ['["\\u12g4"]', 'an escape without its four digits'],
    ['["\\', 'half an escape'],
    ["['a']", 'other quotes'],
    ['["\t"]', 'a control character in a string'],
    ['{"a\n":1}', 'a control character in a name'],
    ['\u00ef\u00bb\u00bf{}', 'a byte order mark'],
  ])('%j, which it refuses: %s', (text) => {
    expect(isPassed(text)).toBe(false);
    expect(parseJson(text)).toBeUndefined();
  });
});

it('passes all that JSON.stringify writes, but for names with escapes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom('', '\t', ' '), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      fc.pre(!/"[^"]*\\.[^"]*"\s*:/.test(text));
      expect(isPassed(text)).toBe(true);
    }),
  );
});

it('tells the fields of an object and the items of an array, with what they are', () => {
  const cursor = new JsonCursor(Buffer.from(' {"ab": [1, {}, [ ]], "a":"x", "abc" : {} } '));
  const told: unknown[] = [];
  const passItem = (): boolean => {
    told.push([cursor.isAtObject, cursor.isAtArray]);
    return cursor.passValue();
  };
  const passField = (): boolean => {
    told.push(
      ['a', 'ab', 'abc', 'b'].filter((name) => cursor.isNamed(name)),
      cursor.isAtEnd,
    );
    return cursor.isAtArray ? cursor.passItems(passItem) : cursor.passValue();
  };
  expect(cursor.isAtObject).toBe(true);
  expect(cursor.passFields(passField)).toBe(true);
  expect(cursor.isAtEnd).toBe(true);
  const items = [
    [false, false],
    [true, false],
    [false, true],
  ];
  expect(told).toEqual([['ab'], false, ...items, ['a'], false, ['abc'], false]);
});

it('is no object, nor an array, where it is none', () => {
  const pass = (text: string, how: 'passFields' | 'passItems'): boolean =>
    new JsonCursor(Buffer.from(text))[how](() => true);
  expect(pass('[]', 'passFields')).toBe(false);
  expect(pass('{}', 'passItems')).toBe(false);
  expect([pass('{}', 'passFields'), pass('[]', 'passItems')]).toEqual([true, true]);
});

it('takes nothing that JSON.parse refuses, whatever is changed in a text', () => {
  const character = fc.constantFrom(...'{}[],:"\\ 01.-+eEunltrfsa/\t\n\u00e9'.split(''));
  const edit = fc.record({ at: fc.nat(), drop: fc.nat(2), put: fc.array(character, { maxLength: 2 }) });
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 4 }),
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      (value, edits) => {
        let text = JSON.stringify(value);
        for (const { at, drop, put } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + put.join('') + text.slice(place + drop);
        }
        // `undefined` is no JSON value, so it stands for what is none.
        if (isPassed(text)) expect(parseJson(text)).toBeDefined();
      },
    ),
    { numRuns: 3_000 },
  );
});
