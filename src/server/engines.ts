// What the server asks of whoever has the configurations: something to run a request with, and what concerns them all.
import type { ErrorReply } from '../reply/error-reply.ts';
import type { Call, HandlerParts } from './handlers.ts';

/** Lent for the time of one request: as long as it is not released, its upstream connections stay. */
export interface Lease {
  readonly parts: HandlerParts;
  /** Must be called exactly once, when the request is over. */
  release(): void;
}

/** The configurations in use. */
export interface Engines {
  /** The main configuration. */
  lend(): Lease;
  /** That of a profile, or why there is none. */
  lendProfile(name: string): Promise<Lease | ErrorReply>;
  /** `server.cors_origins`. */
  corsOrigins(): readonly string[];
  /** Answers a request to the page or its API, which decides by itself who may ask. */
  page(call: Call & { readonly path: string; readonly query: string }): Promise<void>;
  /** The bodies of `GET /health` and `GET /health/detailed`. */
  health(detailed: boolean): unknown;
  /** The page of `GET /metrics`. */
  metrics(): string;
  /** Notes a mistake of First Hop's own. */
  fault(error: unknown): void;
}
