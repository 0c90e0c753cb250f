// Ends an exchange early, and says who did. What an AbortController and its signal are, for a fraction of their price:
// one is made for every request. Nothing here knows about timeouts, which are outcomes of an attempt and never abort
// the exchange.

/** `client`: the connection to the client closed. `shutdown`: the process is ending and its grace is over. */
export type AbortCause = 'client' | 'shutdown';

/** Tells that something is to end early. An AbortSignal is one, too. */
export interface StopSignal {
  readonly aborted: boolean;
  /** The cause, once it is aborted. */
  readonly reason: unknown;
  /** Calls back when it is aborted, once; not at all if it was aborted before. */
  addEventListener(type: 'abort', listener: () => void, options: { readonly once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal with its switch. */
export class Stop implements StopSignal {
  /** Seldom more than one. */
  readonly #listeners: (() => void)[] = [];
  #cause: AbortCause | undefined;

  get aborted(): boolean {
    return this.#cause !== undefined;
  }

  get reason(): AbortCause | undefined {
    return this.#cause;
  }

  /** Tells all who listen; the first cause counts. */
  abort(cause: AbortCause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    // One that stops listening meanwhile is not called any more.
    for (let next = this.#listeners.shift(); next !== undefined; next = this.#listeners.shift()) next();
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}

/** The cause of an aborted signal; a signal aborted by anything else counts as the client's leaving. */
export function abortCause(signal: StopSignal): AbortCause {
  return signal.reason === 'shutdown' ? 'shutdown' : 'client';
}
