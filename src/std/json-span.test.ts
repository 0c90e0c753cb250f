import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonEntries } from './json-span.ts';

/** The entries as text, for comparing. */
function entriesOf(text: string): readonly (readonly [string | undefined, string])[] {
  const json = Buffer.from(text);
  const { entries, close } = jsonEntries(json);
  expect(json.toString('utf8', close).trim()).toMatch(/^[\]}]$/);
  return entries.map(({ key, start, end }) => [key, json.toString('utf8', start, end)]);
}

describe('the values of an object or array', () => {
  it.each<[string, readonly (readonly [string | undefined, string])[], string]>([
    ['{}', [], 'nothing in it'],
    [' [ \n] ', [], 'nothing but white space'],
    ['{"a":1}', [['a', '1']], 'a number ends where the object does'],
    ['[1 ,-2e5,true\n]', [1, '-2e5', 'true'].map((value) => [undefined, `${value}`]), 'or at white space'],
    ['{"a":"}],\\"","b":null}', [['a', '"}],\\""'], ['b', 'null']], 'brackets and quotes inside a text'], // prettier-ignore
    ['{"a":"\\\\","b":"\\\\\\""}', [['a', '"\\\\"'], ['b', '"\\\\\\""']], 'backslashes that escape each other'], // prettier-ignore
    ['{"a":[{"b":["]"]}],"c":{}}', [['a', '[{"b":["]"]}]'], ['c', '{}']], 'values that go deeper'], // prettier-ignore
    ['{"m\\u0065ss\\"é":1}', [['mess"é', '1']], 'a name with escapes'],
    ['{"a":1,"a":2}', [['a', '1'], ['a', '2']], 'a name that stands twice'], // prettier-ignore
    ['{ "a" :\t"é😀"\r\n, "b" : [ ] }', [['a', '"é😀"'], ['b', '[ ]']], 'white space everywhere it may stand'], // prettier-ignore
  ])('%s: %j (%s)', (text, entries) => {
    expect(entriesOf(text)).toEqual(entries);
  });

  it('begin where the caller says', () => {
    const json = Buffer.from('{"a":[1,"b"]}');
    expect(jsonEntries(json, 5)).toEqual({
      entries: [
        { key: undefined, start: 6, end: 7 },
        { key: undefined, start: 8, end: 11 },
      ],
      close: 11,
    });
  });

  it('are what JSON.parse reads, for any object and any indentation', () => {
    const anyObject = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(anyObject, fc.integer({ min: 0, max: 3 }), (object, indentation) => {
        const read = entriesOf(JSON.stringify(object, null, indentation));
        const parsed = read.map(([key, value]) => [key, JSON.parse(value) as unknown]);
        expect(parsed).toEqual(Object.entries(JSON.parse(JSON.stringify(object)) as object));
      }),
    );
  });

  it('are found in time that grows with the bytes, however deep or escaped they are', () => {
    const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
    const escaped = JSON.stringify('\\"'.repeat(300_000));
    expect(jsonEntries(Buffer.from(`{"deep":${deep},"escaped":${escaped}}`)).entries).toHaveLength(2);
  });
});
