// Groups texts that differ in numbers and names only, after Drain: Pinjia He et al., "Drain: An Online Log Parsing
// Approach with Fixed Depth Tree", ICWS 2017. Each text is looked at once and compared with a few groups only.

/** What stands in a template for words that differ. */
export const WILDCARD = '<*>';

/** Texts of one kind. */
export interface TextGroup {
  /** The words they share, in their order. */
  readonly words: readonly string[];
  readonly count: number;
}

/** Collects texts into groups. */
export interface TextGroups {
  /** Puts a text where it belongs; the same object is returned for texts of one group. */
  add(text: string): TextGroup;
}

/** How many words at the beginning a text must share with its group, as written. */
const DEPTH = 2;
/** The share of equal words from which texts are of one kind (the paper's st). */
const SIMILAR = 0.5;
/** Different beginnings beyond this many are no longer told apart. */
const MOST_BEGINNINGS = 200;
const MOST_WORDS = 60;

/** What is never the same twice: addresses, long hexadecimal runs, and every word with a digit in it. */
const VARIABLE = /^(?:https?:\/\/\S+|\S*\d\S*|[\da-f]{12,})$/i;

interface Group {
  words: readonly string[];
  count: number;
}

/** The words of a text, with what is never the same twice masked. */
export function maskedWords(text: string): readonly string[] {
  const words = text.trim().split(/\s+/).slice(0, MOST_WORDS);
  return words.map((word) => (VARIABLE.test(word) ? WILDCARD : word));
}

/** No groups yet. */
export function textGroups(): TextGroups {
  const leaves = new Map<string, Group[]>();
  return {
    add(text) {
      const words = maskedWords(text);
      const wanted = leafOf(words);
      const leaf = leaves.has(wanted) || leaves.size < MOST_BEGINNINGS ? wanted : String(words.length);
      const groups = leaves.get(leaf) ?? [];
      leaves.set(leaf, groups);
      const best = mostSimilar(groups, words);
      if (best === undefined) {
        const group = { words, count: 1 };
        groups.push(group);
        return group;
      }
      best.words = best.words.map((word, index) => (word === words[index] ? word : WILDCARD));
      best.count += 1;
      return best;
    },
  };
}

/** Texts of the same length with the same beginning come to the same leaf of the tree. */
function leafOf(words: readonly string[]): string {
  return [words.length, ...words.slice(0, DEPTH)].join(' ');
}

function mostSimilar(groups: readonly Group[], words: readonly string[]): Group | undefined {
  let best: { readonly group: Group; readonly share: number } | undefined;
  for (const group of groups) {
    const equal = group.words.filter((word, index) => word === words[index]).length;
    const share = equal / words.length;
    if (share >= SIMILAR && share > (best?.share ?? 0)) best = { group, share };
  }
  return best?.group;
}
