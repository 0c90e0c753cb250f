import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ContinuationStyle } from '../dialect/continuation.ts';
import { seam } from './seam.ts';
import type { Seam } from './seam.ts';

/** What goes on of a continuation that comes in the given pieces and then ends. */
function joined(said: string, pieces: readonly string[], style: ContinuationStyle = 'prefill'): string {
  const place = seam(said, style);
  return passed(place, pieces) + place.end();
}

function passed(place: Seam, pieces: readonly string[]): string {
  return pieces.map((piece) => place.take(piece)).join('');
}

/** The text in pieces of these lengths, over and over. */
function inPieces(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const length = lengths[pieces.length % lengths.length] ?? text.length;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

const STORY = 'The quick brown fox jumps over the lazy dog, and the dog says nothing at all to anyone.';

describe('a continuation', () => {
  it.each<[said: string, continuation: string, rest: string, why: string]>([
    // Nothing repeated.
    ['The quick bro', 'wn fox', 'wn fox', 'goes on inside a word without a space'],
    ['The quick brown', ' fox', ' fox', 'keeps its space'],
    ['The quick ', 'brown fox', 'brown fox', 'or needs none'],
    ['A line.\n', '\nAnother.', '\nAnother.', 'may stand in the middle of an empty line'],
    ['The quick', 'est fox', 'est fox', 'may begin with any letters'],
    ['', 'Once', 'Once', 'is all there is when nothing was said'],
    ['  ', ' Once', ' Once', 'as when that was blank'],
    ['One', '', '', 'may be empty'],
    // Said again.
    ['The quick brown', 'quick brown fox', ' fox', 'repeats two words'],
    ['The quick bro', 'quick brown fox', 'wn fox', 'repeats two words, the second of which was cut'],
    ['The quick brown', ' quick brown fox', ' fox', 'repeats them after a space'],
    ['The quick brown ', 'quick brown fox', 'fox', 'does not bring a second space'],
    ['The quick brown\n\n', 'quick brown\nfox', 'fox', 'nor part of one'],
    ['The quick brown ', 'quick brown\nfox', '\nfox', 'but brings another kind'],
    ['The quick brown ', 'quick brown\t', '\t', 'even at its end'],
    ['The quick brown\n\n', 'quick brown\n', '', 'unless that is part of what was said'],
    ['The  quick\nbrown', 'quick  brown fox', ' fox', 'may differ in white space'],
    ['The quick brown', 'quick brown', '', 'may say nothing else'],
    ['The quick brown fox', 'The quick', 'The quick', 'says less than that: then it is what it says'],
    [STORY.slice(0, 43), STORY.slice(7), STORY.slice(43), 'begins in the middle of a word'],
    ['A cafe', 'A cafe\u0301 there', '\u0301 there', 'was cut before an accent'],
    ['A big \ud83d', '\ude00 smile', '\ude00 smile', 'was cut inside a character'],
    ['A big \ud83d', 'A big \ud83d\ude00 smile', '\ude00 smile', 'was cut there and repeats'],
    ['他慢慢走进了房间', '走进了房间，然后', '，然后', 'repeats words that have no spaces between'],
    // From the beginning.
    ['The quick brown', 'The quick brown fox', ' fox', 'begins anew'],
    [STORY.slice(0, 60), `\n${STORY}`, STORY.slice(60), 'begins anew after a line break'],
    ['The', 'The fox', ' fox', 'begins anew after one word'],
    ['"I', '"It was', 't was', 'or after a part of one'],
    // Really said twice.
    ['It was the', ' the end', ' the end', 'says one word twice'],
    ['I am very', ' very sorry', ' very sorry', 'for emphasis'],
    ['No,', ' no, no', ' no, no', 'or more than twice'],
    ['Ha ha ha', ' ha ha ha!', ' ha ha ha!', 'laughs on'],
    ['ha '.repeat(99), 'ha '.repeat(49), 'ha '.repeat(49), 'and on'],
    ['ha ', 'ha!', 'ha!', 'even if that is all'],
    ['He said haha', 'ha', 'ha', 'without a space too'],
    ['She was a', 's a child', 's a child', 'says the end of a word and another again'],
    ['我们来休息', '休息吧', '休息吧', 'says a word twice that has no spaces around it'],
    ['谢', '谢你', '谢你', 'or half of one'],
    ['She ran away', ' an awayday', ' an awayday', 'is not like the inside of a word after a space'],
    ['One two three', ' one two', ' one two', 'is another word with a capital letter or without'],
  ])('after %j: %j goes on as %j: %s', (said, continuation, rest) => {
    expect(joined(said, [continuation])).toBe(rest);
    expect(joined(said, inPieces(continuation, [1]))).toBe(rest);
  });

  it.each<[said: string, continuation: string, why: string]>([
    [STORY, `${STORY.slice(0, 40)}into the river.`, 'forty characters'],
    [STORY, STORY.slice(0, 50), 'it ends before it gets there'],
    ['I do as he or we do it so', 'I do as he or we do it too', 'eight words'],
    [
      '他慢慢走进了房间，然后看着我们大家说了一句话',
      '他慢慢走进了房间，然后看着我们大家笑了',
      'words without spaces',
    ],
  ])('is lost when %j becomes %j: %s are no chance', (said, continuation) => {
    const lost = seam(said, 'prefill');
    expect(passed(lost, inPieces(continuation, [3])) + lost.end()).toBe('');
    expect(lost.isLost).toBe(true);
    expect(lost.take('more') + lost.end()).toBe('');
  });

  it('is not lost when it only begins alike', () => {
    expect(joined(STORY, [' The quick brown cat sleeps.'])).toBe(' The quick brown cat sleeps.');
  });

  it('is given on at once when it is new', () => {
    const place = seam(STORY, 'prefill');
    expect(['\n', 'He', ' left'].map((piece) => place.take(piece))).toEqual(['', '\nHe', ' left']);
    expect(place.end()).toBe('');
  });

  it('is held back no longer than what it may repeat', () => {
    const said = `It began. ${'A word and another. '.repeat(10)}${'x'.repeat(500)}`;
    expect(seam(said, 'prefill').take('x'.repeat(401))).toBe('x'.repeat(401));
    expect(seam('A word', 'prefill').take(' '.repeat(401))).toBe(' '.repeat(401));
  });
});

describe('an announcement', () => {
  it.each<[announcement: string, why: string]>([
    ['Certainly, here is the rest:\n\n', 'as models say'],
    ['Sure! Continuing:\n', 'shorter'],
    ['Of course. Here’s the continuation\n\n', 'without a colon'],
    ['Here is the remainder of my last message: ', 'on the same line'],
    ["I'll continue from where I left off.\r\n\r\n", 'a sentence'],
    ['Certainly!\n', 'one word'],
    ['\n\nOkay, continuing the story exactly where it stopped...\n\n', 'everything at once'],
  ])('%j is left out when the model was told to go on: %s', (announcement) => {
    const rest = 'wn fox: it jumps.\n';
    expect(joined('The quick bro', [announcement + rest], 'instruct')).toBe(rest);
    expect(joined('The quick bro', inPieces(announcement + rest, [1]), 'instruct')).toBe(rest);
    expect(joined('The quick bro', [announcement, `quick bro${rest}`], 'instruct')).toBe(rest);
    expect(joined('The quick bro', [announcement], 'instruct')).toBe('');
    expect(joined('The quick bro', [announcement + rest], 'prefill')).toBe(announcement + rest);
  });

  it.each<[said: string, text: string, why: string]>([
    ['He nods. ', 'Sure, why not?\n', 'a sentence that only begins like one'],
    ['He nods. ', 'Continuing down the road, he saw: nothing.', 'this one too'],
    ['He nods. ', 'Surely', 'a word that only begins like one'],
    ['He nods. ', `Here is the rest ${'of it '.repeat(30)}:\n`, 'a line that is too long'],
    ['Here is the rest:\nOnce upon', ' a time. Here is the rest:\n', 'it comes later'],
  ])('after %j, %j is none: %s', (said, text) => {
    expect(joined(said, [text], 'instruct')).toBe(text);
    expect(joined(said, inPieces(text, [1]), 'instruct')).toBe(text);
  });

  it('belongs to the reply where it was said before', () => {
    const said = 'Here is the rest:\nOnce upon';
    expect(joined(said, ['Here is the rest:\nOnce upon a time'], 'instruct')).toBe(' a time');
  });

  it('loses the whole when what follows it is another reply', () => {
    const lost = seam(STORY, 'instruct');
    expect(lost.take(`Sure! Continuing:\n${STORY.slice(0, 45)} and more`)).toBe('');
    expect(lost.isLost).toBe(true);
  });
});

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
