// Applies a rule to a text that comes in pieces, as replies in streams do: what is decided goes on at once, what may
// still become part of a match is held back. The pieces together are what `replaceAll` makes of the whole text.
import { expressionsOf } from './pattern.ts';
import type { TextRule } from './pattern.ts';
import { expand } from './replacement.ts';

/** Past it the oldest text goes on as it is: no rule may hold a reply for ever. */
export const MAX_HELD_CHARS = 65_536;

/** Where a stage stands between two pieces. Plain data, so that it can be posted to a worker. */
export interface StageState {
  /** Text that has gone on, as it came, as much of it as decides on matches behind it. */
  readonly context: string;
  /** Text that is held back. */
  readonly held: string;
  /** At the next place an empty match has been found; the next match begins behind one character more. */
  readonly isPassed: boolean;
}

/** A stage before the first piece. */
export const STAGE_START: StageState = { context: '', held: '', isPassed: false };

/** A state, and the text that goes on. */
export interface StageStep {
  readonly state: StageState;
  readonly text: string;
}

/**
 * Takes the next piece. Only a pattern that is not harmless can fail: by a RangeError when its work exceeds the memory
 * that the engine gives it.
 * @param isEnd nothing follows this piece
 */
export function stageStep(rule: TextRule, state: StageState, text: string, isEnd: boolean): StageStep {
  const all = state.context + state.held + text;
  // Half a surrogate pair waits for the other half.
  const end = !isEnd && HIGH_SURROGATE_LAST.test(all) ? all.length - 1 : all.length;
  const scanned = scan(rule, all.slice(0, end), state.context.length, state.isPassed, isEnd);
  const from = Math.max(0, scanned.end - rule.contextChars);
  return {
    state: {
      context: all.slice(isInsidePair(all, from) ? from - 1 : from, scanned.end),
      held: all.slice(scanned.end),
      isPassed: scanned.isPassed,
    },
    text: scanned.text,
  };
}

interface Scanned {
  readonly text: string;
  /** Up to here the text has been dealt with. */
  readonly end: number;
  readonly isPassed: boolean;
}

const HIGH_SURROGATE_LAST = /[\ud800-\udbff]$/;

function scan(rule: TextRule, text: string, start: number, isPassed: boolean, isEnd: boolean): Scanned {
  const { whole, live } = expressionsOf(rule);
  const expression = isEnd ? whole : live;
  const groups = isEnd ? rule.groups : rule.liveGroups;
  let output = '';
  let end = start;
  let at = isPassed ? afterCharacter(text, start) : start;
  while (at <= text.length) {
    expression.lastIndex = at;
    const match = expression.exec(text);
    if (match === null) break;
    if (isEnd || isDecided(rule, match, text)) {
      output += text.slice(end, match.index) + expand(rule.template, (group) => match[Number(groups[group])]);
      end = match.index + match[0].length;
      at = match[0] === '' ? afterCharacter(text, end) : end;
    } else if (text.length - match.index <= MAX_HELD_CHARS) {
      return { text: output + text.slice(end, match.index), end: match.index, isPassed: false };
    } else {
      const oldest = text.length - MAX_HELD_CHARS;
      at = isInsidePair(text, oldest) ? oldest + 1 : oldest;
    }
  }
  return { text: output + text.slice(end), end: text.length, isPassed: at > text.length };
}

function isDecided(rule: TextRule, match: RegExpExecArray, text: string): boolean {
  const end = match.index + match[0].length;
  return (
    end + rule.forgottenChars <= text.length && rule.liveMarks.every((mark) => match[mark] === undefined)
  );
}

function afterCharacter(text: string, at: number): number {
  return isInsidePair(text, at + 1) ? at + 2 : at + 1;
}

function isInsidePair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff;
}
