// The section `target_proxy`: where requests are forwarded to, and how long each phase may take. Times are in
// seconds, as the user writes them.
import * as z from 'zod';
import { isOurs } from './headers.ts';

/** RFC 9110 §5.1: a field name is a token. */
const headerName = z
  .string()
  .regex(
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/,
    'a header name: letters, digits and hyphens, without spaces or a colon',
  )
  .refine(
    (name) => !isOurs(name.toLowerCase()),
    'a header other than those First Hop sets itself (length, encoding, connection)',
  );

/** What Node accepts in a field value: Latin-1 without control characters, tab excepted. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const HEADER_VALUE_IN_WORDS =
  'text that an HTTP header can carry: no line breaks, no characters beyond Latin-1';

const seconds = z.number().positive();

/** `timeout`'s phases, in seconds. */
export const DEFAULT_SECONDS = {
  connect: 10,
  first_byte: 120,
  first_content: 300,
  idle: 60,
  total: 900,
} as const;

const phaseTimeouts = z.object({
  connect: seconds.default(DEFAULT_SECONDS.connect).describe('Seconds until a connection must stand.'),
  first_byte: seconds
    .default(DEFAULT_SECONDS.first_byte)
    .describe(
      'Seconds from the connection until the answer begins; large requests get more, to be uploaded.',
    ),
  first_content: seconds
    .default(DEFAULT_SECONDS.first_content)
    .describe('Seconds from the sent request until a stream shows its first text; comments do not count.'),
  idle: seconds
    .default(DEFAULT_SECONDS.idle)
    .describe('Seconds in which nothing at all arrives, after the answer has begun.'),
  total: seconds.default(DEFAULT_SECONDS.total).describe('Seconds for one attempt from beginning to end.'),
});

export const targetProxySchema = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .exactOptional()
    .describe(
      'Address of the server that requests are forwarded to, with or without `/v1` or `/chat/completions`. Absent: the built-in demo upstream.',
    ),
  apikey: z
    .string()
    .trim()
    .regex(HEADER_VALUE, HEADER_VALUE_IN_WORDS)
    .transform((key) => (key === '' ? undefined : key))
    .exactOptional()
    .describe(
      "Key sent as `Authorization: Bearer …` in place of the client's. Absent or empty: the client's own key is forwarded.",
    ),
  headers: z
    .record(headerName, z.string().regex(HEADER_VALUE, HEADER_VALUE_IN_WORDS))
    .default({})
    .describe('Headers added to every request; one that the client sends too is replaced.'),
  timeout: z
    .union([seconds, phaseTimeouts])
    .prefault({})
    .describe('Seconds until the first byte and between bytes, as one number; or a limit for each phase.'),
  max_reply_mb: z
    .number()
    .positive()
    .default(64)
    .describe('Largest reply that is read as a whole, in megabytes.'),
});

/** `target_proxy` with its defaults filled in. */
export type TargetProxyOptions = z.output<typeof targetProxySchema>;
