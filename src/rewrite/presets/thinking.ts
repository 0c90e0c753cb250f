// Reasoning that a model writes into its reply between tags, taken out. It is held back until its end has come: what is
// never closed is no reasoning, or a reply that broke off, and stays.
import { REPAIR_START } from './repair.ts';
import type { Repair, RepairState } from './repair.ts';

const OPENING = /<(think|thinking|thought)>/i;
/** The end of a text that may be the beginning of a tag. */
const OPENING_BEGUN = /<[a-z]{0,8}$/i;
const CLOSING_CHARS = '</thinking>'.length;
/** What `before` says when the white space after a removed thought is to be left out, too. */
const AFTER_THOUGHT = '>';

/** The preset `remove-thinking`. */
export const thinking: Repair = {
  whole: (text) => (OPENING.test(text) ? thinking.step(REPAIR_START, text, true).text : text),
  step({ held, before }, text, isEnd) {
    let output = '';
    let rest = held + text;
    /** Up to here no closing tag was found before. */
    let searched = Math.max(0, held.length - CLOSING_CHARS);
    let isAfter = before === AFTER_THOUGHT;
    for (;;) {
      if (isAfter) rest = rest.trimStart();
      if (rest !== '') isAfter = false;
      const opening = OPENING.exec(rest);
      if (opening === null) break;
      output += rest.slice(0, opening.index);
      rest = rest.slice(opening.index);
      const closing = closingOf(String(opening[1]), rest, searched);
      if (closing === undefined) return ended({ held: rest, before: '' }, output, isEnd);
      rest = rest.slice(closing);
      searched = 0;
      isAfter = true;
    }
    const open = OPENING_BEGUN.exec(rest)?.[0].length ?? 0;
    const decided = rest.length - open;
    const state = { held: rest.slice(decided), before: isAfter ? AFTER_THOUGHT : '' };
    return ended(state, output + rest.slice(0, decided), isEnd);
  },
};

/** Where the closing tag ends. */
function closingOf(tag: string, text: string, from: number): number | undefined {
  const closing = new RegExp(`</${tag}>`, 'gi');
  closing.lastIndex = from;
  return closing.exec(text) === null ? undefined : closing.lastIndex;
}

function ended(
  state: RepairState,
  text: string,
  isEnd: boolean,
): { readonly state: RepairState; readonly text: string } {
  return isEnd ? { state: REPAIR_START, text: text + state.held } : { state, text };
}
