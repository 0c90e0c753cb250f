// The sections `regex_replacement` and `response_processing`: text rules. They are checked for their form only;
// this version does not apply them yet, so a pattern that only Python understands is no error here.
import * as z from 'zod';

const ruleFields = {
  pattern: z.string().min(1).describe("Regular expression in Python's notation."),
  replacement: z
    .string()
    .default('')
    .describe('What takes the place of each match. Empty: matches are removed.'),
  flags: z
    .string()
    .regex(/^[imsx]*$/, 'made of the letters i, m, s and x, such as "im"')
    .default('')
    .describe('Letters: `i` ignores case, `m` lines, `s` dot matches line breaks, `x` verbose.'),
};

const noteFields = {
  description: z.string().exactOptional().describe('A note on the rule, for you.'),
  enabled: z.boolean().default(true).describe('Whether the rule applies.'),
};

const requestRule = z.object({
  ...ruleFields,
  apply_to: z
    .enum(['all', 'user', 'assistant', 'system', 'tool', 'developer'])
    .default('all')
    .describe('The role of the messages that the rule applies to.'),
  ...noteFields,
});

const replyRule = z.object({ ...ruleFields, ...noteFields });

const enabled = z.boolean().default(true).describe('Whether the rules below apply.');

export const regexReplacementSchema = z.object({
  enabled,
  rules: z.array(requestRule).default([]).describe('Applied in order to the messages of a request.'),
});

export const responseProcessingSchema = z.object({
  enabled,
  rules: z.array(replyRule).default([]).describe('Applied in order to the text of a reply.'),
});
