// Runs something that may never end, such as a pattern that nobody has tried yet, and stops it after a while.
import { isNativeError } from 'node:util/types';
import { Script, createContext } from 'node:vm';

/** What came of it. */
export type Guarded<T> = { readonly kind: 'done'; readonly value: T } | { readonly kind: 'too-slow' };

/** Made when it is needed first, then reused: a context takes much memory. */
let guard: ((budgetMs: number, work: () => void) => void) | undefined;

/**
 * Runs synchronous work, for `budgetMs` at the most; while it runs nothing else does, so budgets are small.
 * @throws whatever the work throws
 */
export function withinBudget<T>(budgetMs: number, work: () => T): Guarded<T> {
  guard ??= newGuard();
  let result: Guarded<T> = { kind: 'too-slow' };
  try {
    guard(budgetMs, () => {
      result = { kind: 'done', value: work() };
    });
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  return result;
}

/** The engine can interrupt a script, and whatever the script calls, in the middle of a regular expression. */
function newGuard(): (budgetMs: number, work: () => void) => void {
  const script = new Script('work()');
  const box: { work?: () => void } = {};
  const context = createContext(box);
  return (timeout, work) => {
    box.work = work;
    script.runInContext(context, { timeout });
  };
}

function isTimeout(error: unknown): boolean {
  // An error of the guard's own realm is no instance of ours.
  return isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
