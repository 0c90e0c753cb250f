// What users say about judging replies: the part of `error_handling` that does, and `response_parsing`.
import * as z from 'zod';
import { compileErrorPattern } from './error-pattern.ts';
import { compilePath } from './json-path.ts';

const status = z.int().min(100).max(599);
const statuses = z.array(status);

/** A regular expression over error texts; one that does not compile is refused with the engine's own words. */
const errorPattern = z
  .string()
  .min(1)
  .superRefine((pattern, context) => {
    const compiled = compileErrorPattern(pattern);
    if (compiled.kind === 'valid') return;
    context.addIssue({ code: 'custom', message: `a valid regular expression: ${compiled.reason}` });
  })
  .describe('Regular expression that is looked for in the error text, ignoring case.');

/** A path into JSON replies; a query that can not be read is refused. */
const jsonPath = z
  .string()
  .min(1)
  .superRefine((path, context) => {
    const compiled = compilePath(path);
    if (compiled.kind === 'valid') return;
    context.addIssue({
      code: 'custom',
      message: `a JSONPath query (RFC 9535): ${compiled.reason}`,
    });
  });

const description = z
  .string()
  .exactOptional()
  .describe('A note on the rule, shown in logs and error replies.');

const hardStopRule = z.object({
  pattern: errorPattern,
  description,
  user_message: z.string().exactOptional().describe('What the client is told when the rule applies.'),
  preserve_original_response: z
    .boolean()
    .default(true)
    .describe("Whether the error reply carries the upstream's own answer as `original_response`."),
  add_user_message: z
    .boolean()
    .default(true)
    .describe("Whether `user_message` takes the place of the upstream's message."),
});

const recategorizationRule = z.object({
  pattern: errorPattern,
  original_status: status
    .exactOptional()
    .describe('Applies only to replies with this status. Absent: to every failed reply.'),
  new_status: z.int().min(200).max(599).describe('The status that the reply is judged by instead.'),
  description,
});

/** Fields of `error_handling` that decide what a reply means; config/ joins them with those of retry/. */
export const verdictErrorHandlingShape = {
  retry_codes: statuses
    .default([408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529])
    .describe('Statuses after which the request is sent again.'),
  fail_codes: statuses
    .default([400, 401, 403])
    .describe('Statuses that are reported at once; a code in this list wins over the other lists.'),
  conditional_retry_codes: statuses
    .default([404, 411, 412])
    .describe('Statuses that are retried a few times only; see `conditional_retry_max_attempts`.'),
  conditional_retry_enabled: z
    .boolean()
    .default(true)
    .describe('Whether `conditional_retry_codes` are retried at all; if not, they are reported at once.'),
  builtin_rules: z
    .boolean()
    .default(true)
    .describe("Whether First Hop's own knowledge of upstream errors is used besides your rules."),
  hard_stop_conditions: z
    .object({
      enabled: z.boolean().default(true).describe('Whether the rules below apply.'),
      rules: z.array(hardStopRule).default([]).describe('Checked in order; the first that matches decides.'),
    })
    .prefault({})
    .describe('Errors that no retry can mend: the client is told at once.'),
};

/** The judging part of `error_handling` with its defaults filled in. */
export type VerdictErrorHandlingOptions = z.output<z.ZodObject<typeof verdictErrorHandlingShape>>;

export const responseParsingSchema = z.object({
  enabled: z.boolean().default(true).describe('Whether this section is used at all.'),
  status_recategorization: z
    .object({
      enabled: z.boolean().default(true).describe('Whether the rules below apply.'),
      rules: z
        .array(recategorizationRule)
        .default([])
        .describe('Checked in order; the first that matches decides.'),
    })
    .prefault({})
    .describe('Failed replies that are judged by another status than the one they came with.'),
  json_extraction: z
    .object({
      enabled: z.boolean().default(true).describe('Whether the paths below are looked at.'),
      paths: z
        .array(jsonPath)
        .default([])
        .describe(
          'Where error texts stand in a JSON reply, besides the places that are known anyway: `error.message`, `choices[0].message.content`, or a JSONPath query (RFC 9535), e.g. `$.errors[?@.code==429].reason`.',
        ),
    })
    .prefault({})
    .describe('Where to look for error texts.'),
  logging: z
    .object({
      enabled: z.boolean().default(true).describe('Whether recategorised replies are logged.'),
      log_recategorization: z
        .boolean()
        .default(true)
        .describe('The same switch under its older name; both must be on.'),
      include_original_status: z
        .boolean()
        .default(true)
        .describe('Whether the line names the status that came.'),
      include_new_status: z.boolean().default(true).describe('Whether the line names the status it became.'),
      include_matched_pattern: z
        .boolean()
        .default(true)
        .describe('Whether the line names the pattern that matched.'),
    })
    .prefault({})
    .describe('What is logged when a reply is judged by another status.'),
});

/** `response_parsing` with its defaults filled in. */
export type ResponseParsingOptions = z.output<typeof responseParsingSchema>;
