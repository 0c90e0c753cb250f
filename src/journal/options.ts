// The sections `logging` and `error_logging`: what is written to files. They are checked now; this version does
// not write the files yet.
import * as z from 'zod';

const yes = z.boolean().default(true);

export const loggingSchema = z.object({
  enabled: yes.describe('Whether requests are logged to files.'),
  folder: z.string().min(1).default('logs').describe('Folder of the log files.'),
  include_request_data: yes.describe('Whether the body of the request is logged.'),
  include_response_data: yes.describe('Whether the body of the reply is logged.'),
  include_headers: yes.describe('Whether headers are logged; keys in them are masked.'),
  include_timing: yes.describe('Whether durations are logged.'),
});

export const errorLoggingSchema = z.object({
  enabled: yes.describe('Whether errors are logged to files of their own.'),
  folder: z.string().min(1).default('logs/errors').describe('Folder of the error log files.'),
  include_stack_traces: yes.describe("Whether stack traces of First Hop's own faults are logged."),
  include_request_context: yes.describe('Whether the request that failed is logged.'),
  include_timing: yes.describe('Whether durations are logged.'),
  max_file_size_mb: z.number().positive().default(10).describe('Megabytes after which a new file is begun.'),
  max_files: z.int().min(1).default(100).describe('How many files are kept; the oldest go first.'),
});
