import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachValue, isString, skipSpace, skipValue } from './json-walk.ts';

/** The values of an object or array as they are written, with their keys. */
function valuesIn(json: string): readonly (readonly [string, string])[] {
  const values: (readonly [string, string])[] = [];
  const end = eachValue(json, skipSpace(json, 0), (key, at) => {
    const valueEnd = skipValue(json, at);
    values.push([key, json.slice(at, valueEnd)]);
    return valueEnd;
  });
  expect(json.slice(end).trim()).toBe('');
  return values;
}

it.each<[string, readonly (readonly [string, string])[], string]>([
  [
    '{"a":1,"b":[2,{"c":"]"}],"d":null}',
    [
      ['a', '1'],
      ['b', '[2,{"c":"]"}]'],
      ['d', 'null'],
    ],
    'an object',
  ],
  [
    ' [ "x" , -1.5e3 , true,{} ,[] ] ',
    [
      ['', '"x"'],
      ['', '-1.5e3'],
      ['', 'true'],
      ['', '{}'],
      ['', '[]'],
    ],
    'an array',
  ],
  ['{}', [], 'nothing in it'],
  ['[\n]', [], 'nothing but white space in it'],
  [
    '{"q\\"\\\\":"a\\\\","\\u0063":"\\\\\\""}',
    [
      ['q"\\', '"a\\\\"'],
      ['c', '"\\\\\\""'],
    ],
    'quotes and backslashes, in keys too',
  ],
  ['"text"', [], 'a string has no values'],
  ['12', [], 'nor has a number'],
])('%s', (json, expected) => {
  expect(valuesIn(json)).toEqual(expected);
});

it('finds what JSON.parse finds, however it is laid out', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom('', ' ', '\t', '\n  '),
      (value, indent) => {
        const json = JSON.stringify(value, undefined, indent);
        const found = valuesIn(json).map(([key, text]): [string, unknown] => [key, JSON.parse(text)]);
        expect(found).toEqual(Object.entries(JSON.parse(json) as object));
      },
    ),
  );
});

it('tells strings from other values', () => {
  expect([isString('"a"', 0), isString('1', 0)]).toEqual([true, false]);
});
