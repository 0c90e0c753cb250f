// What differs between two texts, briefly, for a person at a terminal.

/** One place that differs: as it was, and as it is. */
export interface TextChange {
  readonly removed: string;
  readonly added: string;
}

/** Characters shown around a change. */
const AROUND = 20;
/** More of one change is not shown. */
const MAX_CHARS = 120;

/**
 * The changes line by line, each cut down to its surroundings; where lines were added or removed, all between the
 * first and the last difference is one change.
 */
export function textChanges(before: string, after: string): readonly TextChange[] {
  const old = before.split('\n');
  const now = after.split('\n');
  if (old.length !== now.length) return [changeOf(before, after)];
  return old.flatMap((line, index) => {
    const next = String(now[index]);
    return line === next ? [] : [changeOf(line, next)];
  });
}

function changeOf(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const cut = (text: string): string => {
    const from = Math.max(0, start - AROUND);
    const to = Math.min(text.length, text.length - end + AROUND);
    const shown = text.slice(from, to);
    const tail = to < text.length || shown.length > MAX_CHARS ? '…' : '';
    const lines = `${from > 0 ? '…' : ''}${shown.slice(0, MAX_CHARS)}${tail}`;
    return lines.replaceAll('\n', '\\n');
  };
  return { removed: cut(before), added: cut(after) };
}
