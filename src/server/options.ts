// The section `server`: where First Hop listens and what it accepts.
import * as z from 'zod';

export const serverSchema = z.object({
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe(
      'Address to listen on. The default is reachable from this computer only; `0.0.0.0` from the network.',
    ),
  port: z.int().min(0).max(65535).default(8765).describe('Port to listen on; 0 picks a free one.'),
  max_request_mb: z
    .number()
    .positive()
    .default(64)
    .describe('Largest request that is accepted, in megabytes.'),
  cors_origins: z
    .array(
      z
        .string()
        .regex(/^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+$/i, 'an origin such as https://example.com, without a path'),
    )
    .default([])
    .describe(
      'Origins of web pages that may call First Hop, besides those on this computer and private networks.',
    ),
  admin_token: z
    .string()
    .min(12)
    .exactOptional()
    .describe(
      'Word that the page asks for, at least 12 characters. Absent: the page can be opened on this computer only.',
    ),
});
