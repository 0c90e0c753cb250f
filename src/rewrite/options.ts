// The sections `regex_replacement` and `response_processing`: text rules and presets. A pattern or replacement that can
// not be used is refused here, with the place in it.
import * as z from 'zod';
import { compileTextRule } from './pattern.ts';
import { PRESET_NAMES } from './presets/presets.ts';

const ruleFields = {
  pattern: z.string().min(1).describe("Regular expression in Python's notation."),
  replacement: z
    .string()
    .default('')
    .describe(
      'What takes the place of each match; `\\1` and `\\g<name>` stand for groups. Empty: matches are removed.',
    ),
  flags: z
    .string()
    .regex(/^[imsx]*$/, 'made of the letters i, m, s and x, such as "im"')
    .default('')
    .describe('Letters: `i` ignores case, `m` lines, `s` dot matches line breaks, `x` verbose.'),
};

const noteFields = {
  description: z.string().exactOptional().describe('A note on the rule, shown when it is told of.'),
  enabled: z.boolean().default(true).describe('Whether the rule applies.'),
};

/** Says what is wrong with a pattern or a replacement, where it stands. */
function checkPattern(
  { pattern, replacement, flags }: { pattern: string; replacement: string; flags: string },
  context: z.RefinementCtx,
): void {
  const compiled = compileTextRule({ pattern, replacement, flags });
  if (compiled.kind === 'valid') return;
  const { part, offset, message } = compiled.problem;
  const what = part === 'pattern' ? 'a pattern that can be used' : 'a replacement that can be used';
  context.addIssue({
    code: 'custom',
    path: [part],
    input: part === 'pattern' ? pattern : replacement,
    message: `${what}: ${message}, at character ${offset + 1}`,
  });
}

const requestRule = z
  .object({
    ...ruleFields,
    apply_to: z
      .enum(['all', 'user', 'assistant', 'system', 'tool', 'developer'])
      .default('all')
      .describe('The role of the messages that the rule applies to.'),
    ...noteFields,
  })
  .superRefine(checkPattern);

const replyRule = z
  .object({
    ...ruleFields,
    apply_to: z
      .enum(['reply', 'reasoning', 'all'])
      .default('reply')
      .describe('Whether the rule applies to what the model says, to its reasoning, or to both.'),
    ...noteFields,
  })
  .superRefine(checkPattern);

const enabled = z.boolean().default(true).describe('Whether the presets and rules below apply.');

const presets = z
  .array(z.enum(PRESET_NAMES))
  .default([])
  .describe('Rules that come with First Hop, by name, applied before your own; see docs/rewriting.md.');

export const regexReplacementSchema = z.object({
  enabled,
  presets,
  rules: z.array(requestRule).default([]).describe('Applied in order to the messages of a request.'),
});

export const responseProcessingSchema = z.object({
  enabled,
  presets,
  rules: z.array(replyRule).default([]).describe('Applied in order to the text of a reply.'),
});

/** The two sections, with their defaults. */
export interface RewritingOptions {
  readonly regex_replacement: z.output<typeof regexReplacementSchema>;
  readonly response_processing: z.output<typeof responseProcessingSchema>;
}
