import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPieces, joined } from '../../test/support/seams.ts';

describe('any text, cut anywhere', () => {
  const letters = fc.constantFrom('a', 'b', 'é', 'e\u0301', 'ß', '😀', '👩‍👩‍👧', 'и', '-', '"');
  const word = fc.string({ unit: letters, minLength: 1, maxLength: 4 });
  const space = fc.constantFrom(' ', ' ', '\n', '\n\n', '  ', '', '. ', '*');
  const text = fc
    .array(fc.tuple(word, space), { minLength: 2, maxLength: 120, size: 'max' })
    .map((words) => words.flat().join(''));
  const lengths = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 5 });
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const cutText = fc
    .tuple(text, place)
    .map(([text, place]) => ({ text, cut: Math.round(place * text.length) }))
    .filter(({ text, cut }) => !repeatsAt(text, cut));

  it('is whole when the continuation repeats nothing', () => {
    fc.assert(
      fc.property(cutText, lengths, ({ text, cut }, lengths) => {
        const said = text.slice(0, cut);
        expect(said + joined(said, inPieces(text.slice(cut), lengths))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('is whole when it repeats two words up to 400 characters', () => {
    fc.assert(
      fc.property(cutText, place, lengths, ({ text, cut }, place, lengths) => {
        const said = text.slice(0, cut);
        const from = Math.max(0, cut - 400) + Math.round(place * Math.min(cut, 400));
        fc.pre(hasTwoWords(text, from, cut));
        expect(said + joined(said, inPieces(text.slice(from), lengths))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('is whole when the white space in what it repeats is another', () => {
    fc.assert(
      fc.property(cutText, place, fc.constantFrom(' ', '\n', ' \n\t '), ({ text, cut }, place, other) => {
        const from = Math.max(0, cut - 100) + Math.round(place * Math.min(cut, 100));
        fc.pre(hasTwoWords(text, from, cut));
        const said = text.slice(0, cut);
        const repeated = text.slice(from, cut).replaceAll(/(?<=\S)\s+(?=\S)/g, other);
        expect(said + joined(said, [repeated, text.slice(cut)])).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('is whole when it begins anew', () => {
    fc.assert(
      fc.property(cutText, lengths, ({ text, cut }, lengths) => {
        fc.pre(hasTwoWords(text, 0, cut));
        const said = text.slice(0, cut);
        expect(said + joined(said, inPieces(text, lengths))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('is whole when the client had begun it, wherever the continuation begins', () => {
    fc.assert(
      fc.property(
        cutText,
        place,
        fc.constantFrom(0, 1, 2),
        lengths,
        ({ text, cut }, place, from, lengths) => {
          const own = Math.round(place * (cut - 1));
          fc.pre(cut > 0 && text.slice(own, cut).trim() !== '');
          const begins = [0, own, cut][from] ?? cut;
          fc.pre(begins === cut || hasTwoWords(text, begins, cut));
          const said = text.slice(own, cut);
          const rest = joined(said, inPieces(text.slice(begins), lengths), 'prefill', text.slice(0, own));
          expect(text.slice(0, own) + said + rest).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is whole in scripts without spaces, from four characters on', () => {
    const unspaced = fc.string({ unit: fc.constantFrom('他', '慢', '走', '进', '了', 'て'), minLength: 8 });
    const cutText = fc.tuple(unspaced, place, place).map(([text, place, from]) => {
      const cut = 4 + Math.round(place * (text.length - 4));
      return { text, cut, from: Math.round(from * (cut - 4)) };
    });
    fc.assert(
      fc.property(cutText, lengths, ({ text, cut, from }, lengths) => {
        fc.pre(!repeatsAt(text, cut) && text.slice(from, from + 2) !== text.slice(from + 2, from + 4));
        const said = text.slice(0, cut);
        expect(said + joined(said, inPieces(text.slice(from), lengths))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('takes time that grows with the text, not faster', () => {
    const said = Array.from({ length: 40_000 }, (_, index) => `w${index}`).join(' ');
    expect(joined(said, inPieces(`${said} end`, [3]))).toBe(' end');
    const letters = 'ab '.repeat(70_000);
    expect(joined(letters, inPieces(letters, [1]))).toBe(letters);
  });
});

/** Whether the same stands before the cut and after it, white space apart: then no one can know what was repeated. */
function repeatsAt(text: string, cut: number): boolean {
  const bare = (part: string): string => part.replaceAll(/\s+/g, '');
  const before = bare(text.slice(0, cut));
  const after = bare(text.slice(cut));
  for (let length = 1; length <= before.length; length += 1)
    if (after.startsWith(before.slice(-length))) return true;
  return false;
}

/** Whether two different words, the first of them from its beginning, stand between. */
function hasTwoWords(text: string, from: number, cut: number): boolean {
  const isInside = from > 0 && /^[\p{L}\p{M}]{2}/u.test(text.slice(from - 1));
  const part = text.slice(from, cut);
  const whole = isInside ? part.replace(/^[\p{L}\p{M}]+/u, '') : part;
  return new Set(whole.match(/[\p{L}\p{M}]+/gu)).size > 1;
}
