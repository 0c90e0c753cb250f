// The patterns users write for error texts: compiled, and looked for without ever holding anything up for long.
import { compileSearchPattern } from '../rewrite/pattern.ts';
import { withinBudget } from '../std/guarded.ts';

/**
 * The longest that everything waits for one pattern on one text. A pattern that takes longer counts as not found: a
 * failure is then judged as if the rule were not there, which is better than to hang.
 */
const BUDGET_MS = 50;

/** Something to be looked for in texts. */
export interface ErrorPattern {
  isIn(text: string): boolean;
}

export type CompiledPattern =
  | { readonly kind: 'valid'; readonly pattern: ErrorPattern }
  /** `reason`: in words, with the place in the pattern. */
  | { readonly kind: 'invalid'; readonly reason: string };

/** Compiles a pattern, in Python's notation, for searching in an error text, ignoring case. Never throws. */
export function compileErrorPattern(pattern: string): CompiledPattern {
  const compiled = compileSearchPattern(pattern, 'i');
  if (compiled.kind === 'invalid') {
    const { message, offset } = compiled.problem;
    return { kind: 'invalid', reason: `${message} (character ${offset + 1})` };
  }
  const { source, flags, isHarmless } = compiled;
  const expression = new RegExp(source, flags);
  return {
    kind: 'valid',
    pattern: { isIn: (text) => (isHarmless ? expression.test(text) : isFoundInTime(expression, text)) },
  };
}

function isFoundInTime(expression: RegExp, text: string): boolean {
  try {
    const search = withinBudget(BUDGET_MS, () => expression.test(text));
    return search.kind === 'done' && search.value;
    /* v8 ignore start -- @preserve: where a pattern needs more memory than it has, the engine gives up by itself; when it does differs between machines */
  } catch {
    return false;
  }
  /* v8 ignore stop */
}
