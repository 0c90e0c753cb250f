// Asks the management API. What goes wrong is an ApiError with words for the page.
import { signal } from '@preact/signals';
import type { ConfigProblem } from './wire.ts';

/** Whether First Hop asks for its token before anything else. */
export const needsLogin = signal(false);

/** Why there is no answer, in words. */
export class ApiError extends Error {
  readonly status: number;
  /** With a configuration that can not be used. */
  readonly problems: readonly ConfigProblem[];

  constructor(status: number, message: string, problems: readonly ConfigProblem[] = []) {
    super(message);
    this.status = status;
    this.problems = problems;
  }
}

interface ErrorBody {
  readonly error?: { readonly message?: string; readonly problems?: readonly ConfigProblem[] };
}

/** The two sides of the API share its types, so an answer is of the type that is asked for. */
async function jsonOf<T>(response: Response): Promise<T> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (await response.json()) as T;
}

async function ask(
  method: string,
  path: string,
  body: unknown,
  abort: AbortSignal | undefined,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      ...(abort !== undefined && { signal: abort }),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json', 'x-first-hop': 'page' },
        body: JSON.stringify(body),
      }),
    });
  } catch (error) {
    if (abort?.aborted === true) throw error;
    throw new ApiError(0, 'First Hop does not answer. Is it still running?');
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== 'login') needsLogin.value = true;
  const told = await jsonOf<ErrorBody>(response).catch((): ErrorBody => ({}));
  throw new ApiError(
    response.status,
    told.error?.message ?? `First Hop answered with status ${response.status}.`,
    told.error?.problems,
  );
}

/** Asks for JSON. */
export async function get<T>(path: string, abort?: AbortSignal): Promise<T> {
  return jsonOf<T>(await ask('GET', path, undefined, abort));
}

/** Asks for text to copy or save. */
export async function getText(path: string): Promise<string> {
  return (await ask('GET', path, undefined, undefined)).text();
}

/** Sends JSON and takes JSON. */
export async function post<T>(path: string, body: unknown, abort?: AbortSignal): Promise<T> {
  return jsonOf<T>(await ask('POST', path, body, abort));
}

/** Replaces something. */
export async function put<T>(path: string, body: unknown): Promise<T> {
  return jsonOf<T>(await ask('PUT', path, body, undefined));
}

/** What went wrong, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
