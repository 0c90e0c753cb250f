import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { valuesAt } from './json-path-evaluate.ts';
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
    ["$['error','choices']..content", ['hello'], 'a list of selectors'],
    ["$.error['message', 'code']", ['busy', '429'], 'with blanks'],
    ['$.error.details[0,1,0].msg', ['first', 'second', 'first'], 'what stands twice is found twice'],
    ['$.error.details[?@.msg].msg', ['first', 'second'], 'a filter'],
    ["$..[?@.msg=='second'].msg", ['second'], 'a filter at any depth'],
    ["$[?@.code==429]['message']", ['busy'], 'a filter over the fields of an object'],
    ['$\n.error [ "message" ]', ['busy'], 'blanks between segments'],
  ])('%s gives %j: %s', (path, texts) => {
    expect(read(path)).toEqual(texts);
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

/** What a query finds, of whatever kind. */
function find(path: string, value: unknown): readonly unknown[] {
  return valuesAt(value, pathOf(path), { root: value, looksLeft: 10_000 });
}

const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

describe('a slice', () => {
  it.each<[string, string, string]>([
    ['[1:3]', 'bc', 'from, up to but not including'],
    ['[5:]', 'fg', 'to the end'],
    ['[:2]', 'ab', 'from the beginning'],
    ['[:]', 'abcdefg', 'everything'],
    ['[::]', 'abcdefg', 'the same'],
    ['[1:5:2]', 'bd', 'every second'],
    ['[::3]', 'adg', 'every third'],
    ['[5:1:-2]', 'fd', 'backwards'],
    ['[::-1]', 'gfedcba', 'everything backwards'],
    ['[-2:]', 'fg', 'from the end'],
    ['[:-5]', 'ab', 'up to a place from the end'],
    ['[2:-9:-1]', 'cba', 'past the beginning'],
    ['[9:4:-1]', 'gf', 'from past the end'],
    ['[-9:9]', 'abcdefg', 'past both ends'],
    ['[3:1]', '', 'nothing between'],
    ['[::0]', '', 'no step leads nowhere (RFC 9535 §2.3.4.2.2)'],
    ['[ 1 : 3 : 1 ]', 'bc', 'blanks'],
  ])('%s is %j: %s', (slice, letters) => {
    expect(find(`$${slice}`, LETTERS).join('')).toBe(letters);
  });

  it('of an object or a text is nothing', () => {
    expect([...find('$[0:]', { a: 1 }), ...find('$[0:]', 'abc')]).toEqual([]);
  });

  it.each([0, 1, 2, 5])('of a list of %i is what the RFC says, for any numbers', (length) => {
    const list = LETTERS.slice(0, length);
    const place = fc.option(fc.integer({ min: -7, max: 7 }), { nil: undefined });
    fc.assert(
      fc.property(place, place, fc.integer({ min: -3, max: 3 }), (start, end, step) => {
        expect(find(`$[${start ?? ''}:${end ?? ''}:${step}]`, list)).toEqual(
          byTheBook(list, start, end, step),
        );
      }),
    );
  });
});

/** RFC 9535 §2.3.4.2.2, word by word. */
function byTheBook(
  list: readonly string[],
  start: number | undefined,
  end: number | undefined,
  step: number,
): readonly string[] {
  const normal = (place: number): number => (place >= 0 ? place : list.length + place);
  const found: string[] = [];
  if (step > 0) {
    const lower = Math.min(Math.max(normal(start ?? 0), 0), list.length);
    const upper = Math.min(Math.max(normal(end ?? list.length), 0), list.length);
    for (let at = lower; at < upper; at += step) found.push(String(list[at]));
  }
  if (step < 0) {
    const upper = Math.min(Math.max(normal(start ?? list.length - 1), -1), list.length - 1);
    const lower = Math.min(Math.max(normal(end ?? -list.length - 1), -1), list.length - 1);
    for (let at = upper; at > lower; at += step) found.push(String(list[at]));
  }
  return found;
}

describe('a filter', () => {
  const VALUES = [
    { n: 1, s: 'b', list: [1, 2] },
    { n: 2, s: 'a', list: [1, 2], more: { deep: [1] } },
    { n: 3, list: [], more: { deep: [1] }, none: null, yes: true },
    { n: '1', s: 'héllo😀', pattern: 'h.*', list: [{ n: 1 }, { n: 1 }] },
  ];

  it.each<[string, string, string]>([
    ['@.s', '0 1 3', 'a field that is there'],
    ['!@.s', '2', 'or is not'],
    ['@.none', '2', 'null is there'],
    ['@..deep', '1 2', 'anywhere below'],
    ['@.list[*]', '0 1 3', 'something in a list'],
    ['$[1].more', '0 1 2 3', 'something in the whole'],
    ['@.n==1', '0', 'a number is not a text'],
    ['@.n!=1', '1 2 3', 'unequal'],
    ['@.n<2', '0', 'less'],
    ['@.n<=2', '0 1', 'or equal'],
    ['@.n>2', '2', 'greater'],
    ['@.n>=2', '1 2', 'or equal'],
    ["@.s<'b'", '1', 'texts in their order'],
    ["@.s>'a'", '0 3', 'a missing one is neither less nor greater'],
    ["'b'<=@.s", '0 3', 'the other way round'],
    ['@.none==null', '2', 'null'],
    ['@.yes==true', '2', 'a truth value'],
    ['@.yes<=true', '2', 'is equal, though it is not less'],
    ['@.yes<true', '', 'than anything'],
    ['@.yes==false', '', 'another'],
    ['@.missing==@.nothing', '0 1 2 3', 'nothing equals nothing'],
    ['@.list==$[0].list', '0 1', 'lists'],
    ['@.list!=$[0].list', '2 3', 'of different length, too'],
    ['@.more==$[2].more', '1 2', 'objects'],
    ['@.more==@', '', 'with other names'],
    ['@.list[0]==@.list[1]', '2 3', 'objects in a list, and what is not there'],
    ["@['n']==1.0", '0', 'a quoted name; a number in another form'],
    ['@.n==20.00e-01 || @.n==0.3e+01', '1 2', 'numbers with all their parts'],
    ['@.n==1e0 || @.n==2', '0 1', 'or'],
    ['@.n>=1 && @.n<=2', '0 1', 'and'],
    ['@.n==3 || @.n==1 && @.s', '0 2', 'and binds closer'],
    ['(@.n==3 || @.n==1) && @.s', '0', 'parentheses'],
    ['!(@.n==3 || @.n==1)', '1 3', 'not'],
    ['length(@.s)==6', '3', 'characters, not code units'],
    ['length(@.list)==2', '0 1 3', 'items'],
    ['length(@)==3', '0', 'fields'],
    ['length(@.n)==1', '3', 'a number has no length'],
    ['length(@.n)==0', '', 'not even none'],
    ['search(@.s,@.n)', '', 'and is no expression'],
    ["match('1',1)", '', 'nor is one that stands in the query'],
    ['@.n<@.s', '3', 'nor comparable with a text'],
    ['count(@.list[*])>0', '0 1 3', 'how many'],
    ['count(@.*)==length(@)', '0 1 2 3', 'two functions'],
    ['value(@..deep)==$[1].more.deep', '1 2', 'the only one'],
    ['value(@.list[*])==1', '', 'of several, none'],
    ["match(@.s,'h.*')", '3', 'a text that matches'],
    ["match(@.s,'h')", '', 'as a whole'],
    ["search(@.s,'l+')", '3', 'or somewhere'],
    ["!search(@.s, '[ab]')", '2 3', 'or does not'],
    ['match(@.s,@.pattern)', '3', 'a pattern in the value'],
    ['match(@.s,@.n)', '', 'one that is no text'],
    ["match(@.n,'1')", '3', 'a number is no text'],
    ['match(@.s,$[1].missing)', '', 'or not there'],
    ['@.list[?@.n==1]', '3', 'a filter in a filter'],
    ['@.list[?@.n==$[0].n]', '3', 'that looks at the whole'],
    ['  @.n  ==  1  ', '0', 'blanks'],
    ['match( @.s , "h.*" )', '3', 'in functions'],
    ['( @.s )', '0 1 3', 'in parentheses'],
    ['@.n == 3 || @.s == "\u0061"', '1 2', 'in texts'],
  ])('[?%s] lets through %j: %s', (condition, positions) => {
    const found = find(`$[?${condition}]`, VALUES).map((item) => VALUES.indexOf(item as (typeof VALUES)[0]));
    expect(found.join(' ')).toBe(positions);
  });

  it.each<[object, object, boolean, string]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true, 'the order of names does not count'],
    [{ a: 1 }, { a: 2 }, false, 'another value'],
    [{ a: 1 }, { b: 1 }, false, 'another name'],
    [{ a: 1, c: 1 }, { a: 1, b: 1 }, false, 'one of the names'],
    [{ a: 1, b: 1 }, { a: 1 }, false, 'more names'],
    [{ a: 1 }, { a: 1, b: 1 }, false, 'fewer'],
    [[1, 2], [2, 1], false, 'the order of items counts'],
    [[], {}, false, 'a list is no object'],
  ])('%j equals %j: %s (%s)', (one, other, isEqual) => {
    expect(find('$[?@[0]==@[1]]', [[one, other]])).toHaveLength(isEqual ? 1 : 0);
  });

  it('that is moderate is not too much', () => {
    const text = `${'a'.repeat(8_000)}b`;
    expect(find('$[?search(@, "(a|x)+b$|b")]', [text])).toEqual([text]);
    expect(find('$[?search($[0], @)]', ['a', '.', '[']).length).toBe(2);
  });

  it('leads nowhere where there is nothing', () => {
    expect([...find('$[7]', [1]), ...find('$[0]', { 0: 'a' }), ...find('$[-2]', [1])]).toEqual([]);
  });

  it.each<[string, string, boolean]>([
    ['a', 'b', true],
    ['a', 'ab', true],
    ['', '\u0000', true],
    ['', '', false],
    ['ab', 'a', false],
    ['a', 'a', false],
    ['\uffff', '\u{1f600}', true],
    ['\u{1f600}', '\u{1f601}', true],
  ])('%j < %j is %s: by code points', (one, other, isLess) => {
    expect(find('$[?@[0]<@[1]]', [[one, other]])).toHaveLength(isLess ? 1 : 0);
  });
});

it('operators and parts of a query that do not exist are our own mistake', () => {
  const search = { root: 1, looksLeft: 10 };
  const odd =
    (selector: object): unknown =>
    () =>
      valuesAt([1], [{ selectors: [selector as never], descends: false }], search);
  const filter = (condition: object): object => ({ kind: 'filter', condition });
  const left = { kind: 'literal', value: 1 };
  expect(odd({ kind: 'odd' })).toThrow('Unhandled case');
  expect(odd(filter({ kind: 'odd' }))).toThrow('Unhandled case');
  expect(odd(filter({ kind: 'comparison', operator: '=', left, right: left }))).toThrow('Unhandled case');
  expect(odd(filter({ kind: 'comparison', operator: '==', left: { kind: 'odd' }, right: left }))).toThrow(
    'Unhandled',
  );
});
