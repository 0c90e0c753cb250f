// The sections `journal`, `logging` and `error_logging`: what is remembered, and what is written to files.
import * as z from 'zod';

const yes = z.boolean().default(true);

const WHERE =
  'A relative path starts in the folder of the configuration file; without a file, in the folder where First Hop keeps its data.';

/** How much of a log is kept; the same words in both logs. */
const rotation = {
  max_file_size_mb: z
    .number()
    .positive()
    .default(10)
    .describe('Megabytes after which a new file is begun; a new day begins one as well.'),
  max_files: z.int().min(1).default(20).describe('How many files are kept; the oldest go first.'),
  max_age_days: z.number().positive().default(30).describe('Days after which a file is removed.'),
};

export const loggingSchema = z.object({
  enabled: z
    .boolean()
    .default(false)
    .describe(
      'Whether every exchange is logged to files, one line of JSON each, for other programs to read. The journal remembers exchanges in any case.',
    ),
  folder: z.string().min(1).default('logs').describe(`Folder of the log files. ${WHERE}`),
  include_request_data: yes.describe('Whether the body of the request is logged, and kept in the journal.'),
  include_response_data: yes.describe('Whether the body of the reply is logged, and kept in the journal.'),
  include_headers: yes.describe(
    'Whether headers are logged, and kept in the journal; keys in them are masked.',
  ),
  include_timing: yes.describe('Whether durations are logged.'),
  ...rotation,
});

export const errorLoggingSchema = z.object({
  enabled: yes.describe('Whether exchanges that failed are logged to files of their own.'),
  folder: z.string().min(1).default('logs/errors').describe(`Folder of the error log files. ${WHERE}`),
  include_stack_traces: yes.describe("Whether stack traces of First Hop's own faults are logged."),
  include_request_context: yes.describe(
    'Whether the headers and the body of the request that failed are logged.',
  ),
  include_timing: yes.describe('Whether durations are logged.'),
  ...rotation,
});

/** `logging` with its defaults filled in. */
export type LoggingOptions = z.output<typeof loggingSchema>;

/** `error_logging` with its defaults filled in. */
export type ErrorLoggingOptions = z.output<typeof errorLoggingSchema>;

export const journalSchema = z.object({
  enabled: yes.describe('Whether exchanges are remembered, to be looked at, searched and judged again.'),
  folder: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of the journal. Default: `journal` in the folder where First Hop keeps its data.'),
  bodies: z
    .enum(['all', 'failed', 'none'])
    .default('all')
    .describe(
      'Whose texts are kept. `all`: of every request and reply. `failed`: only of exchanges in which an attempt failed. `none`: no texts, only what happened. `logging.include_request_data` and its siblings are followed as well.',
    ),
  max_age_days: z
    .number()
    .positive()
    .default(14)
    .describe('Days after which an exchange is forgotten; it may stay up to a day longer.'),
  max_size_mb: z
    .number()
    .min(1)
    .default(200)
    .describe('Megabytes the journal may take on disk; the oldest exchanges go first.'),
});

/** `journal` with its defaults filled in. */
export type JournalOptions = z.output<typeof journalSchema>;
