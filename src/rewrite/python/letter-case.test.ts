import { expect, it } from 'vitest';
import { caseVariants } from './letter-case.ts';

it('letters are the same but for their case, as Python has it', () => {
  const rows: readonly (readonly [letters: string, why: string])[] = [
    ['aA', 'two forms'],
    ['kK\u212a', 'the Kelvin sign becomes a k'],
    ['sSſ', 'the long s becomes an S'],
    ['σΣς', 'a form for the end of words'],
    ['µμΜ', 'the micro sign becomes the Greek letter'],
    ['ßẞ', 'what becomes SS has a capital of its own'],
    ['ǅǆǄ', 'a capital with a small letter in one'],
    ['я\u042f', 'all scripts'],
    ['\u{1e921}\u{1e943}', 'the last that has case, of Adlam'],
    ['iIıİ', 'with a dot or without, as in Turkish'],
    ['\u0390\u1fd3', 'one letter in two encodings'],
    ['\u03b0\u1fe3', 'one letter in two encodings'],
    ['ﬅﬆ', 'one ligature in two forms'],
    ['ŉ', 'what becomes two characters is left alone'],
    ['1', 'no letter'],
    ['字', 'no case'],
    ['😀', 'beyond all letters'],
  ];
  for (const [letters, why] of rows) {
    const codes = Array.from(letters, (letter) => Number(letter.codePointAt(0)));
    for (const code of codes) {
      expect(new Set(caseVariants(code)), `${letters}: ${why}`).toEqual(new Set(codes));
    }
  }
});

it('the letters of ASCII have the same variants wherever one begins', () => {
  for (let code = 0x80; code < 0x2200; code += 1) {
    const same = new Set(caseVariants(code));
    for (const other of same) expect(new Set(caseVariants(other)), String.fromCodePoint(code)).toEqual(same);
  }
});
