// Status codes that stand in two lists of `error_handling`, where only one of them can act.
import type { Config } from './schema.ts';

/** A list some of whose codes have no effect. */
export interface Overlap {
  readonly list: keyof Config['error_handling'];
  readonly message: string;
}

/** The order in which the lists are asked (docs/options.md): an earlier one wins. */
const LISTS = ['fail_codes', 'retry_codes', 'conditional_retry_codes'] as const;

/**
 * Overlaps in which the list that loses was written by the user; a default that gives way is what the user wants.
 * @param isWritten whether a list stands in the file
 */
export function overlappingCodes(
  config: Config,
  isWritten: (list: Overlap['list']) => boolean,
): readonly Overlap[] {
  return LISTS.filter(isWritten).flatMap((list) =>
    LISTS.slice(0, LISTS.indexOf(list)).flatMap((winner) => {
      const winning = new Set(config.error_handling[winner]);
      const codes = config.error_handling[list].filter((code) => winning.has(code));
      if (codes.length === 0) return [];
      const where = isWritten(winner) ? winner : `${winner} (its default)`;
      return [{ list, message: `contains ${codes.join(', ')}, which ${where} contains too; ${winner} wins` }];
    }),
  );
}
