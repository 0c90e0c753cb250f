import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePath, pathOf, textsAt } from './json-path.ts';

describe('a name in quotes', () => {
  it.each<[string, string, string]>([
    [`'say "hi"'`, 'say "hi"', 'double quotes in single ones'],
    [`"it's"`, "it's", 'single ones in double ones'],
    [String.raw`'it\'s \\ \n \/ \u00e9'`, "it's \\ \n / é", 'escapes in single ones'],
    [String.raw`"\"\b\f\r\t\ud83d\ude00"`, '"\b\f\r\t😀', 'and in double ones'],
    ["'😀 é'", '😀 é', 'characters as they are'],
  ])('%s is %j: %s', (quoted, name) => {
    expect(textsAt({ [name]: 'here' }, pathOf(`$[${quoted}]`))).toEqual(['here']);
  });
});

describe('a path that can not be read', () => {
  it.each<[string, string, string]>([
    ['$error', '., .. or [ at character 2, not "error"', 'no dot after the root'],
    ['$.error.', 'a name or *', 'it ends too early'],
    ['$.error[0', ', or ] at character 10, where the path ends', 'a bracket that is not closed'],
    ['$.er ror', '., .. or [ at character 5, not " ror"', 'a blank in a name'],
    ['$...msg', 'a name or *', 'too many dots'],
    ['$.a-b', '., .. or [ at character 4', 'a name that must be quoted'],
    ['$[]', 'a name in quotes, a position, a slice, a filter or * at character 3', 'nothing in brackets'],
    ['$[01]', ', or ] at character 4', 'a leading zero'],
    [
      '$[x1:2]',
      'a name in quotes, a position, a slice, a filter or * at character 3',
      'a slice must begin here',
    ],
    ['$[-0]', 'a name in quotes', 'a negative zero'],
    ['$[1,]', 'a name in quotes', 'a comma too many'],
    ["$['a]", 'a text in quotes at character 3, not "\'a]"', 'quotes that are not closed'],
    ["$['\\x']", 'a text in quotes at character 3', 'an escape that there is not'],
    ["$['\\ud800']", 'a text in quotes', 'half a character'],
    [
      '$[9007199254740992]',
      'a smaller number at character 3, not "9007199254740992]"',
      'a number that not everyone can tell from the next',
    ],
    ['$[1:9007199254740992]', 'a smaller number', 'in a slice'],
    ['$[?]', 'a query from @ or $, a text', 'an empty filter'],
    ['$[?@.a==]', 'a query from @ or $, a text', 'half a comparison'],
    ["$[?'a']", '== != < <= > or >=', 'a text alone'],
    ['$[?length(@)]', '== != < <= > or >=', 'a number alone'],
    ['$[?!@.a==1]', ', or ] at character 8', 'not, before a comparison without parentheses'],
    ['$[?@.*==1]', 'something that is one value at most at character 4', 'many values compared'],
    ['$[?1==@..a]', 'something that is one value at most at character 7', 'on the other side'],
    ['$[?@.a[1,2]==1]', 'something that is one value at most', 'two of a list'],
    ['$[?@.a[0:1]==1]', 'something that is one value at most', 'or a slice'],
    ["$[?match(@.a,'b')==true]", 'something that is one value at most', 'a match compared'],
    ['$[?(@.a]', '), && or || at character 8', 'a parenthesis that is not closed'],
    ['$[?length(@.a==1]', ') at character 14', 'nor here'],
    ['$[?match(@.a)]', ', and a regular expression at character 13', 'one argument too few'],
    [
      "$[?match(@.a,'[')]",
      'a regular expression of RFC 9485 at character 14, not "\'[\')]"',
      'no regular expression',
    ],
    ['$[?count(1)==1]', 'a query from @ or $ at character 10', 'nothing to count'],
    ["$[?count(match(@,'a'))==1]", 'a query from @ or $', 'nor here'],
    [
      '$[?size(@)==1]',
      'one of the functions length, count, value, match and search at character 4',
      'another function',
    ],
    [`$[?${'('.repeat(40)}@`, 'no more than 32 brackets in one another at character 36', 'far too deep'],
  ])('%s: expected %s (%s)', (path, expected) => {
    const compiled = compilePath(path);
    expect(compiled).toMatchObject({
      kind: 'invalid',
      reason: expect.stringContaining(`expected ${expected}`) as unknown,
    });
    expect(() => pathOf(path)).toThrow(`${path}: expected ${expected}`);
  });

  it('never throws, whatever the text', () => {
    const tokens = `$ @ . .. [ ] ? ! ( ) ' " \\ , : - * 0 1 a == <= > && || length( count( value( match( search( 'a*' true \ud800`;
    const piece = fc.constantFrom(' ', ...tokens.split(' '));
    const paths = fc.array(piece, { maxLength: 30 }).map((pieces) => `$${pieces.join('')}`);
    fc.assert(
      fc.property(paths, fc.jsonValue(), (path, value) => {
        const compiled = compilePath(path);
        if (compiled.kind === 'invalid') expect(compiled.reason).toMatch(/^expected .* at character \d+, /s);
        else expect(textsAt(value, compiled.path)).toBeInstanceOf(Array);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["$['", 'x', ''],
    ["$['", '\\n', "']"],
    ['$', '[', ''],
    ['$', '[?(', ''],
    ['$[?', '!', ''],
    ['$[?', '@.a==1||', '@]'],
    ["$[?match(@,'", '(', "')]"],
    ["$[?match(@,'", '(a{9}){9}', "')]"],
    ["$[?match(@,'[", 'a-b', "')]"],
    ['$', ' ', ''],
    ['$[', '1,', '1]'],
  ])('%s%s…%s is read in time that grows with its length', (start, middle, end) => {
    const begun = process.cpuUsage();
    compilePath(start + middle.repeat(100_000) + end);
    const { user, system } = process.cpuUsage(begun);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });
});
