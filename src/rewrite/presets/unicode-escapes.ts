// Unicode escapes that stand in a text as they are written, `\u2014` for a dash: models that were given them say them
// again. Control characters stay escaped, and so does an escape whose backslash is escaped itself.
import { patternRepair } from './repair.ts';

const HIGH = '\\\\u[dD][89abAB][0-9a-fA-F]{2}';
const LOW = '\\\\u[dD][c-fC-F][0-9a-fA-F]{2}';
/** Anything but control characters and halves of surrogate pairs. */
const SINGLE = '\\\\u(?!00[01]|[dD][89a-fA-F])[0-9a-fA-F]{4}';
const BEGUN = '\\\\(?:u[0-9a-fA-F]{0,3})?';

/** The preset `unescape-unicode`. */
export const unicodeEscapes = patternRepair({
  hint: /\\u/,
  pattern: new RegExp(`(?<!\\\\)(?:${HIGH}${LOW}|${SINGLE})`, 'g'),
  mend: (escapes) =>
    escapes.replace(/\\u(.{4})/g, (_escape, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  open: new RegExp(`(?:${HIGH}(?:${BEGUN})?|${BEGUN})$`),
});
