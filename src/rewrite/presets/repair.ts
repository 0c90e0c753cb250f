// Repairs that no rule can express, because what takes a match's place has to be computed. Most are a pattern of bounded
// length, so that a stream is held back by a few characters only.

/** How far a stream has got. Plain data. */
export interface RepairState {
  /** Text that is held back. */
  readonly held: string;
  /** What the repair must know of the text before it. */
  readonly before: string;
}

/** The beginning of a text. */
export const REPAIR_START: RepairState = { held: '', before: '' };

export interface Repair {
  /** Repairs a whole text; the very same string when nothing was to be repaired. */
  whole(text: string): string;
  /** Repairs the next piece of a text: in whatever pieces it comes, the result is that of `whole`. */
  step(
    state: RepairState,
    text: string,
    isEnd: boolean,
  ): { readonly state: RepairState; readonly text: string };
}

/** A repair of what a pattern finds. */
export interface PatternRepair {
  /** Finds something wherever `pattern` does, sooner. */
  readonly hint: RegExp;
  /** Global; looks at most `CONTEXT_CHARS` back from where it begins. */
  readonly pattern: RegExp;
  /** What takes the place of a match. */
  readonly mend: (found: string) => string;
  /** The end of a text of which more may become part of a match, or decide whether there is one. Never cuts through a match. */
  readonly open: RegExp;
}

const CONTEXT_CHARS = 4;

/** The repair that a pattern makes. */
export function patternRepair({ hint, pattern, mend, open }: PatternRepair): Repair {
  return {
    whole: (text) => (hint.test(text) ? text.replace(pattern, mend) : text),
    step({ held, before }, text, isEnd) {
      const more = held + text;
      const decided = isEnd ? more.length : more.length - (open.exec(more)?.[0].length ?? 0);
      const all = before + more;
      const end = before.length + decided;
      let repaired = '';
      let from = before.length;
      pattern.lastIndex = from;
      const mayFind = hint.test(all);
      const next = (): RegExpExecArray | null => (mayFind ? pattern.exec(all) : null);
      for (let found = next(); found !== null && found.index < end; found = next()) {
        repaired += all.slice(from, found.index) + mend(found[0]);
        from = pattern.lastIndex;
      }
      const state = isEnd
        ? REPAIR_START
        : { held: all.slice(end), before: all.slice(Math.max(0, end - CONTEXT_CHARS), end) };
      return { state, text: repaired + all.slice(from, end) };
    },
  };
}
