// The whole configuration: the sum of what the features declare, nothing of its own.
import * as z from 'zod';
import { errorLoggingSchema, journalSchema, loggingSchema } from '../journal/options.ts';
import { retryErrorHandlingShape } from '../retry/options.ts';
import { streamingSchema } from '../rescue/options.ts';
import { regexReplacementSchema, responseProcessingSchema } from '../rewrite/options.ts';
import { serverSchema } from '../server/options.ts';
import { targetProxySchema } from '../upstream/options.ts';
import { responseParsingSchema, verdictErrorHandlingShape } from '../verdict/options.ts';

const errorHandlingSchema = z.object({ ...retryErrorHandlingShape, ...verdictErrorHandlingShape });

/** What a configuration file may say. Every section may be left out, and so may every key with a default. */
export const configSchema = z.object({
  target_proxy: targetProxySchema.prefault({}).describe('Where requests are forwarded to.'),
  error_handling: errorHandlingSchema
    .prefault({})
    .describe('Which failures are retried, how often, and when to stop.'),
  response_parsing: responseParsingSchema
    .prefault({})
    .describe('How error texts are found and statuses corrected.'),
  streaming: streamingSchema
    .prefault({})
    .describe('What happens to streams on their way, and how one that breaks off is continued.'),
  regex_replacement: regexReplacementSchema.prefault({}).describe('Text rules for requests.'),
  response_processing: responseProcessingSchema.prefault({}).describe('Text rules for replies.'),
  server: serverSchema.prefault({}).describe('Where First Hop listens and what it accepts.'),
  journal: journalSchema.prefault({}).describe('What is remembered of exchanges, on this computer.'),
  logging: loggingSchema.prefault({}).describe('Log files of requests and replies.'),
  error_logging: errorLoggingSchema.prefault({}).describe('Log files of failures.'),
});

/** A configuration with all defaults filled in; durations in seconds, as the user writes them. */
export type Config = z.output<typeof configSchema>;
