// Who ended an exchange early. An AbortSignal carries its cause as its reason; nothing here knows
// about timeouts, which are outcomes of an attempt and never abort the exchange.

/** `client`: the connection to the client closed. `shutdown`: the process is ending and its grace is over. */
export type AbortCause = 'client' | 'shutdown';

/** Aborts with a cause that `abortCause` can read back. */
export function abortWith(controller: AbortController, cause: AbortCause): void {
  controller.abort(cause);
}

/** The cause of an aborted signal; a signal aborted by anything else counts as the client's leaving. */
export function abortCause(signal: AbortSignal): AbortCause {
  return signal.reason === 'shutdown' ? 'shutdown' : 'client';
}
