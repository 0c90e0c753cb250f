// Text whose UTF-8 was read as Windows-1252 or Latin-1 (`donâ€™t`, `cafÃ©`), decoded again: the characters are turned
// back into the bytes they came from and read as the UTF-8 these are. Nothing is looked up in a list of examples, but
// what could as well be meant stays: `MARQUÉ…` has the bytes of a letter, too.
import { patternRepair } from './repair.ts';

/** What Windows-1252 has at 0x80 to 0x9F; its five gaps are the control characters of Latin-1 (https://encoding.spec.whatwg.org/#legacy-single-byte-encodings). */
const CP1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const BYTES = new Map(CP1252.split('').map((character, index) => [character, 0x80 + index]));

/** A byte inside a UTF-8 sequence, however it was read. */
const TAIL = `[\\u0080-\\u00bf${CP1252}]`;
/** A whole sequence, without overlong forms and surrogates (RFC 3629 §4). */
const SEQUENCE = [
  `[\\u00c2-\\u00df]${TAIL}`,
  `\\u00e0[\\u00a0-\\u00bf]${TAIL}`,
  `[\\u00e1-\\u00ec\\u00ee\\u00ef]${TAIL}{2}`,
  `\\u00ed(?![\\u00a0-\\u00bf])${TAIL}{2}`,
  `\\u00f0(?![\\u0080-\\u008f€‚ƒ„…†‡ˆ‰Š‹ŒŽ])${TAIL}{3}`,
  // Above the emoji there are only the tags of flags.
  `\\u00f3\\u00a0${TAIL}{2}`,
].join('|');

/** Punctuation that may well follow a letter. */
const USUAL = '\\u00a0°ª·º»…‹›‘’“”–—™®';
const UNUSUAL_TAIL = `(?![${USUAL}])${TAIL}`;
/** A sequence that nobody means as it stands. */
const CERTAIN = [
  // Leads that are rare before punctuation: those of dashes and quotes, emoji, and forms of full width.
  `(?=[\\u00c2\\u00e2\\u00ef\\u00f0])(?:${SEQUENCE})`,
  // Accented small letters, except where a Portuguese word in capitals ends in Ã.
  `(?<![A-Z\\u00c0-\\u00de])\\u00c3${TAIL}`,
  `\\u00c3(?:${UNUSUAL_TAIL}|[${USUAL}](?=[A-Za-z]))`,
  // Something in it that no text has after a letter; what stands before a number (`×½`, `Ø¼`) is none.
  `(?![\\u00d7\\u00d8])(?=.${UNUSUAL_TAIL}|[\\u00e0-\\u00ff].${UNUSUAL_TAIL})(?:${SEQUENCE})`,
  // A capital letter in the middle of a word of small ones.
  `(?<=[a-z])(?=[\\u00c4-\\u00d6\\u00d8-\\u00de])(?:${SEQUENCE})`,
].join('|');

/** What lost a byte on its way: `”` ends in one that Windows-1252 does not have, and quotes were straightened after it. */
const LAME = new Map([
  ['â€"', '—'],
  ['â€', '”'],
  // A no-break space whose second half became a plain space.
  ['Â', ''],
]);

const ANY = '\\u0080-\\u00f3' + CP1252;

/** The preset `fix-mojibake`. */
export const mojibake = patternRepair({
  hint: new RegExp(`[\\u00c2-\\u00f3][${ANY} ]`),
  pattern: new RegExp(
    `(?=[\\u00c2-\\u00f3][${ANY} ])(?:(?:${CERTAIN})|(?:${SEQUENCE})(?=${SEQUENCE})|(?<=${SEQUENCE})(?:${SEQUENCE})` +
      `|â€"|â€(?!${TAIL})|(?<![A-Z\\u00c0-\\u00de])Â(?= ))`,
    'g',
  ),
  mend: (found) => LAME.get(found) ?? decoded(found),
  open: new RegExp(`[\\u00c2-\\u00f3][${ANY}]{0,7}$`),
});

function decoded(found: string): string {
  return Buffer.from(
    found.split('').map((character) => BYTES.get(character) ?? character.charCodeAt(0)),
  ).toString();
}
