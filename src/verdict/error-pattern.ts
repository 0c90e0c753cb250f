// The patterns users write for error texts, compiled. The few Python spellings that occur in such patterns are
// translated; the full translation for text rules lives in rewrite/.

export type CompiledPattern =
  | { readonly kind: 'valid'; readonly expression: RegExp }
  /** `reason`: the engine's own words, e.g. `unterminated group`. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** Python's spelling on the left, JavaScript's on the right; an escaped character first, so that it is left alone. */
const SPELLINGS = /\\A|\\Z|\\[\s\S]|\(\?P<|\(\?P=(\w+)\)/g;

/** Compiles a pattern for searching in an error text, ignoring case. Never throws. */
export function compileErrorPattern(pattern: string): CompiledPattern {
  const prefix = /^\(\?([ims]+)\)/.exec(pattern);
  const source = pattern.slice(prefix?.[0].length ?? 0).replace(SPELLINGS, translated);
  const flags = new Set(`i${prefix?.[1] ?? ''}`);
  try {
    return { kind: 'valid', expression: new RegExp(source, [...flags].join('')) };
  } catch (error) {
    // `Invalid regular expression: /source/flags: Reason`; the source is the user's own, the reason is what helps.
    return {
      kind: 'invalid',
      reason: String(error)
        .replace(/^[\s\S]*: /, '')
        .toLowerCase(),
    };
  }
}

function translated(found: string, groupName: string | undefined): string {
  if (found === '\\A') return '(?<![\\s\\S])';
  if (found === '\\Z') return '(?![\\s\\S])';
  if (found === '(?P<') return '(?<';
  return groupName === undefined ? found : `\\k<${groupName}>`;
}
