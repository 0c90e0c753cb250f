// Models that are told to go on often say so first: "Certainly, here is the rest:". That line is no part of the reply.
// The list is short and closed: a sentence that only might be such a line stays.

/** Text that comes in pieces and goes on in pieces, some of it held back for a while. */
export interface TextFilter {
  /** Takes the next piece; returns what may go on now, maybe ''. */
  take(text: string): string;
  /** The text is over: what was held back and goes on after all. */
  end(): string;
}

const YES = [
  'certainly',
  'sure',
  'sure thing',
  'of course',
  'absolutely',
  'understood',
  'okay',
  'ok',
  'got it',
  'no problem',
  'apologies',
  'my apologies',
  'sorry',
];
const THE_REST = ['here is the', "here's the"];
const GOING_ON = [
  'continuing',
  'resuming',
  'picking up',
  "i'll continue",
  'i will continue',
  'let me continue',
];
/** How such a line begins, in lower case and with straight apostrophes. */
const BEGINNINGS = [...YES, ...THE_REST, ...GOING_ON];

const PLACE = '(?: from)?(?: (?:right |exactly )?where (?:i|it|we) (?:left off|stopped|was cut off))?';
/** What separates the line from the reply: up to one empty line, or one space on the same line. */
const BREAK = '[ \\t]{0,4}\\r?\\n(?:\\r?\\n)?';
const OPENER = new RegExp(
  `^\\s{0,4}(?:` +
    `(?:(?:${YES.join('|')})[,.!;]?(?: [-–—])? ?)?` +
    `(?:(?:${THE_REST.join('|')}) (?:rest|continuation|remainder)[^:\\n]{0,50}` +
    `|(?:${GOING_ON.join('|')})(?: the (?:story|scene|text|message|reply|response))?${PLACE}[.!…]{0,3})` +
    `(?::?${BREAK}|: ?)` +
    `|(?:${YES.join('|')})[.!]?:?${BREAK})`,
  'i',
);
/** A line and the beginning of what follows it. */
const LINE_AND_MORE = /[:\n]\s*\S/;
/** Longer than any such line with what separates it from the reply. */
const MAX_OPENER_CHARS = 120;

/**
 * Leaves out the opening line of a continuation.
 * @param said the reply so far; a line that stands in it is the reply's own, said again
 */
export function openerFilter(said: string): TextFilter {
  let held = '';
  let isOver = false;
  return {
    take: (text) => {
      if (isOver) return text;
      held += text;
      if (mayBecomeOpener(held)) return '';
      isOver = true;
      return held.slice(openerChars(held, said));
    },
    end: () => {
      if (isOver) return '';
      isOver = true;
      return held.slice(openerChars(`${held}\n`, said));
    },
  };
}

function mayBecomeOpener(text: string): boolean {
  const begun = straight(text).trimStart().toLowerCase();
  if (text.length > MAX_OPENER_CHARS || LINE_AND_MORE.test(begun)) return false;
  return BEGINNINGS.some((beginning) => beginning.startsWith(begun) || begun.startsWith(beginning));
}

/** How many characters of the text are its opening line; 0 if it has none. */
function openerChars(text: string, said: string): number {
  const [opener] = OPENER.exec(straight(text)) ?? [''];
  const { length } = opener;
  return said.includes(text.slice(0, length).trim()) ? 0 : length;
}

function straight(text: string): string {
  return text.replaceAll('’', "'");
}
