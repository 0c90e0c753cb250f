// The form that all resources of the management API have: a question in plain data, an answer in plain data. HTTP is
// dashboard.ts's business.
import type { StopSignal } from '../std/abort.ts';
import type { ErrorReply, ErrorType } from '../reply/error-reply.ts';
import type { JsonObject } from '../std/json.ts';

/** One request, already let in and read. */
export interface ApiRequest {
  /** The parts of the path that the resource leaves open. */
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** The JSON body; empty for GET. */
  readonly body: JsonObject;
  /** Aborts when the page leaves. */
  readonly signal: StopSignal;
}

/** An answer that is whole. */
export type WholeAnswer =
  /** `cookie`: to be set. */
  | { readonly kind: 'json'; readonly body: unknown; readonly cookie?: string }
  /** Why not. */
  | { readonly kind: 'refused'; readonly error: ErrorReply }
  /** Text to be saved or copied. */
  | { readonly kind: 'text'; readonly body: string };

/** What answers: `feed` is the live feed, which goes on. */
export type ApiAnswer = WholeAnswer | { readonly kind: 'feed' };

export type ApiHandler = (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>;

/** One resource: a method, a path below `/api` whose `*` stand for anything, and what answers. */
export type ApiRoute = readonly [method: 'GET' | 'POST' | 'PUT', path: string, handler: ApiHandler];

/** A good answer. */
export function ok(body: unknown): WholeAnswer {
  return { kind: 'json', body };
}

/** The words of the one error shape, by status. */
const KINDS: Readonly<Record<number, readonly [type: ErrorType, code: string]>> = {
  401: ['authentication_error', 'token_needed'],
  403: ['permission_error', 'not_allowed_here'],
  404: ['not_found_error', 'unknown_path'],
  405: ['invalid_request_error', 'method_not_allowed'],
};

/** Why not, in words for the page. */
export function refusal(status: number, message: string, details: JsonObject = {}): WholeAnswer {
  const [type, code] = KINDS[status] ?? ['invalid_request_error', 'bad_request'];
  return { kind: 'refused', error: { status, type, code, message, details } };
}

/** What answers a request, with the open parts of its path; or the methods there are for that path, if any. */
export function findRoute(
  routes: readonly ApiRoute[],
  method: string,
  path: string,
):
  | { readonly kind: 'found'; readonly handler: ApiHandler; readonly params: readonly string[] }
  | { readonly kind: 'none'; readonly allowed: readonly string[] } {
  const segments = path.split('/');
  const fitting = routes.flatMap(([takes, pattern, handler]) => {
    const params = paramsOf(pattern.split('/'), segments);
    return params === undefined ? [] : [{ takes, handler, params }];
  });
  const found = fitting.find(({ takes }) => takes === method);
  if (found === undefined) return { kind: 'none', allowed: fitting.map(({ takes }) => takes) };
  return { kind: 'found', handler: found.handler, params: found.params };
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): readonly string[] | undefined {
  if (pattern.length !== segments.length) return undefined;
  if (!pattern.every((part, index) => part === '*' || part === segments[index])) return undefined;
  return segments.filter((_segment, index) => pattern[index] === '*');
}

/** The text of a field, if it is one. */
export function textOf(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  return typeof value === 'string' ? value : undefined;
}
