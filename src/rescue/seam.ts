// Joins a continuation to the text that was said before: what it says again is left out, what is new goes on as it
// came, with a space before it or without. What was repeated is in repeat.ts, announcements are in opener.ts.
//
// What cannot be known: whether a text that itself repeats at the cut ("over and| over and over") was repeated by the
// model; it is then taken for repeated, if it is two different words or more. Nor whether a model that left out a
// space meant to; it is then missing. Nor that a reply begun again is another one, if it differs within its first words.
import type { ContinuationStyle } from '../dialect/continuation.ts';
import { openerFilter } from './opener.ts';
import type { TextFilter } from './opener.ts';
import { beginningReader } from './repeat.ts';
import type { Beginning } from './repeat.ts';

/** The place where a continuation is joined to what was said. One for each continuation. */
export interface Seam extends TextFilter {
  /** The reply was begun again and went another way: it cannot be joined. Nothing of it goes on. */
  readonly isLost: boolean;
}

/**
 * A continuation passes through `take` piece by piece. `end` is for one that ended as replies end; of one that was
 * cut, what was held back is not needed: the next continuation says it again.
 * @param said all text of the reply that the client has so far, earlier continuations included
 * @param begun what the client had begun the reply with itself: a continuation may say that again too
 */
export function seam(said: string, style: ContinuationStyle, begun = ''): Seam {
  const joint = jointTo(said, begun);
  if (style === 'prefill') return joint;
  const opener = openerFilter(begun + said);
  return {
    take: (text) => joint.take(opener.take(text)),
    end: () => joint.take(opener.end()) + joint.end(),
    get isLost() {
      return joint.isLost;
    },
  };
}

function jointTo(said: string, begun: string): Seam {
  const reader = beginningReader(said, begun);
  const space = said.slice(said.trimEnd().length);
  let state: 'beginning' | 'space' | 'rest' | 'lost' = 'beginning';
  let held = '';

  const passOn = (text: string): string => {
    state = 'rest';
    held = '';
    return text;
  };
  const afterSpace = (): string =>
    held.trim() === '' && held.length < space.length ? '' : passOn(withoutSpace(held, space));
  const afterBeginning = (beginning: Beginning): string => {
    if (beginning.kind === 'new') return passOn(held);
    held = beginning.kind === 'repeated' ? held.slice(beginning.chars) : '';
    state = beginning.kind === 'repeated' ? 'space' : 'lost';
    return state === 'space' ? afterSpace() : '';
  };
  return {
    take: (text) => {
      if (state === 'rest') return text;
      if (state === 'lost') return '';
      held += text;
      if (state === 'space') return afterSpace();
      const beginning = reader.read(text);
      return beginning === undefined ? '' : afterBeginning(beginning);
    },
    end: () => {
      const rest = state === 'beginning' ? afterBeginning(reader.end()) : '';
      return state === 'space' ? passOn(withoutSpace(held, space)) : rest;
    },
    get isLost() {
      return state === 'lost';
    },
  };
}

/** The rest of a repetition without the white space that was said too, in whole or in part. */
function withoutSpace(rest: string, space: string): string {
  if (rest.startsWith(space)) return rest.slice(space.length);
  const leading = rest.slice(0, rest.length - rest.trimStart().length);
  return space.startsWith(leading) ? rest.slice(leading.length) : rest;
}
