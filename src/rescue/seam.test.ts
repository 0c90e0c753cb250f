import { describe, expect, it } from 'vitest';
import { inPieces, joined, passed } from '../../test/support/seams.ts';
import { seam } from './seam.ts';

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

describe('a reply that the client had begun itself', () => {
  const BEGUN = 'The quick brown fox jumps over';
  const LONG = `${'One word after another, and no two alike? '.repeat(12)}So it goes`;

  it.each<[begun: string, said: string, continuation: string, rest: string, why: string]>([
    [BEGUN, ' the lazy', ' dog.', ' dog.', 'goes on'],
    [BEGUN, ' the', ' jumps over the lazy dog.', ' lazy dog.', 'with words from before the client’s last'],
    [BEGUN, ' the', `${BEGUN} the lazy dog.`, ' lazy dog.', 'from where the client began'],
    [BEGUN, ' the lazy', ' the lazy dog.', ' dog.', 'from where the model began'],
    [BEGUN, ' the lazy', 'the lazy dog.', ' dog.', 'without its space'],
    [`${BEGUN} `, 'the lazy', 'the lazy dog.', ' dog.', 'which stood before it'],
    [BEGUN, LONG, `${LONG} on.`, ' on.', 'from where the model began, far back'],
    [BEGUN, LONG, `${BEGUN}${LONG} on.`, ' on.', 'from where the client began, far back'],
    ['Hel', 'lo there, wor', 'Hello there, world', 'ld', 'inside a word'],
    ['He said: ', 'The', 'The end', ' end', 'after one word'],
    ['T', 'he', 'The end', ' end', 'after a part of one'],
    ['  ', 'The lazy', 'The lazy dog', ' dog', 'with nothing but blanks'],
    [BEGUN, ' the lazy', ' over it all', ' over it all', 'with a word that was there before'],
  ])('%j, then %j: %j goes on as %j: %s', (begun, said, continuation, rest) => {
    expect(joined(said, [continuation], 'prefill', begun)).toBe(rest);
    expect(joined(said, inPieces(continuation, [1]), 'prefill', begun)).toBe(rest);
  });

  it.each([
    ['where the client began', `${STORY.slice(0, 70)} no one else.`],
    ['where the model began', `${STORY.slice(10, 70)} no one else.`],
  ])('is lost when it is begun anew %s and becomes another', (_where, continuation) => {
    const lost = seam(STORY.slice(10), 'prefill', STORY.slice(0, 10));
    expect(passed(lost, [continuation]) + lost.end()).toBe('');
    expect(lost.isLost).toBe(true);
  });

  it('keeps a line that only looks like an announcement when the client has begun with it', () => {
    const begun = 'Here is the rest:\n';
    expect(joined('Once upon', [`${begun}Once upon a time`], 'instruct', begun)).toBe(' a time');
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
