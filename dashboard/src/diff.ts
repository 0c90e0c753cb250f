// The lines in which two texts differ.

/** A run of lines that are in both, or in one of them only. */
export interface DiffPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly lines: readonly string[];
}

/** Beyond this much work the middle is shown as replaced as a whole. */
const MOST_CELLS = 4_000_000;

/** What has to be removed and added, in order; a longest common subsequence between what both begin and end with. */
export function diffLines(before: string, after: string): readonly DiffPart[] {
  const one = before.split('\n');
  const two = after.split('\n');
  let head = 0;
  while (head < one.length && head < two.length && one[head] === two[head]) head += 1;
  let tail = 0;
  const room = Math.min(one.length, two.length) - head;
  while (tail < room && one[one.length - 1 - tail] === two[two.length - 1 - tail]) tail += 1;
  const parts: DiffPart[] = [
    { kind: 'same', lines: one.slice(0, head) },
    ...middle(one.slice(head, one.length - tail), two.slice(head, two.length - tail)),
    { kind: 'same', lines: one.slice(one.length - tail) },
  ];
  return joined(parts);
}

function middle(one: readonly string[], two: readonly string[]): readonly DiffPart[] {
  if (one.length * two.length > MOST_CELLS)
    return [
      { kind: 'removed', lines: one },
      { kind: 'added', lines: two },
    ];
  const width = two.length + 1;
  /** The length of the longest common subsequence from each pair of places to the ends. */
  const longest = new Uint32Array((one.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1)
    for (let j = two.length - 1; j >= 0; j -= 1)
      longest[i * width + j] =
        one[i] === two[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < two.length) {
    const [left, right] = [one[i], two[j]];
    if (left !== undefined && left === right) {
      parts.push({ kind: 'same', lines: [left] });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      parts.push({ kind: 'removed', lines: [left] });
      i += 1;
    } else if (right !== undefined) {
      parts.push({ kind: 'added', lines: [right] });
      j += 1;
    }
  }
  return parts;
}

function joined(parts: readonly DiffPart[]): readonly DiffPart[] {
  const result: { kind: DiffPart['kind']; lines: string[] }[] = [];
  for (const { kind, lines } of parts) {
    if (lines.length === 0) continue;
    const last = result.at(-1);
    if (last?.kind === kind) last.lines.push(...lines);
    else result.push({ kind, lines: [...lines] });
  }
  return result;
}
