// An upstream in use: its connections, what has been learnt about it, and how to send to it.
import { Pool } from 'undici';
import type { Clock } from '../std/clock.ts';
import { isSecretName, secretIn } from '../std/redact.ts';
import { upstreamAddress } from './address.ts';
import type { UpstreamAddress } from './address.ts';
import { Attempt } from './attempt.ts';
import { phaseLimits } from './limits.ts';
import type { TargetProxyOptions } from './options.ts';
import type { RawHeaders } from './outcome.ts';
import { requestHeaders } from './headers.ts';
import type { Send } from './upstream.ts';

/** The clocks are ours; undici's own connect timeout only tidies up behind them. */
const CONNECT_TIDY_UP_MS = 5_000;
/** Room for long cookies and tracing headers; undici's default of 16 KiB has been too small for some gateways. */
const MAX_HEADER_BYTES = 64 * 1024;
const BYTES_PER_MB = 1024 * 1024;

/** One upstream, with its open connections. */
export interface Upstream {
  readonly address: UpstreamAddress;
  /** One try. */
  readonly send: Send;
  /** The headers of a request to this upstream, made from a client's. */
  headersFor(client: RawHeaders): RawHeaders;
  /** What must never be repeated: the key, secret headers, secrets in the address. */
  readonly secrets: readonly string[];
  /** Closes all connections; what is under way is lost. */
  close(): Promise<void>;
}

/** Connects to nothing yet: connections are opened when they are needed and kept for reuse. */
export function openUpstream(options: TargetProxyOptions & { readonly url: string }, clock: Clock): Upstream {
  const limits = phaseLimits(options.timeout);
  const address = upstreamAddress(options.url);
  const pool = new Pool(address.origin, {
    connections: null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { timeout: limits.connectMs + CONNECT_TIDY_UP_MS },
    maxHeaderSize: MAX_HEADER_BYTES,
  });
  const context = {
    clock,
    limits,
    maxReplyBytes: options.max_reply_mb * BYTES_PER_MB,
    endMarks: { seen: false },
  };
  const added = addedHeaders(options);
  return {
    address,
    send: (request, signal, trace) =>
      new Promise((resolve) => {
        const { method, path, body } = request;
        // A mutable list is what undici's type asks for; it does not change it.
        const headers = [...request.headers];
        pool.dispatch(
          { method, path, headers, body: body ?? null },
          new Attempt(context, request, signal, trace, resolve),
        );
      }),
    headersFor: (client) => requestHeaders(client, added),
    secrets: secretsOf(options.url, added),
    close: () => pool.destroy(),
  };
}

function secretsOf(url: string, added: ReadonlyMap<string, string>): readonly string[] {
  const { searchParams } = new URL(url);
  return [
    ...[...added].filter(([name]) => isSecretName(name)).map(([, value]) => secretIn(value)),
    ...[...searchParams].filter(([name]) => isSecretName(name)).map(([, value]) => value),
  ];
}

function addedHeaders(options: TargetProxyOptions): ReadonlyMap<string, string> {
  const added = new Map(Object.entries(options.headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (options.apikey !== undefined) added.set('authorization', `Bearer ${options.apikey}`);
  return added;
}
