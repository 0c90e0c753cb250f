// Which headers travel: end-to-end ones do, both ways; those of one connection do not (RFC 9110 §7.6.1).
import type { RawHeaders } from './outcome.ts';

/** Headers that belong to one connection, whatever its Connection header says. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Ours on every request: we know the host and the length, and bodies are judged, so they must be readable. */
const OURS_IN_REQUESTS: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'accept-encoding',
  'expect',
]);

/** Whether a header of requests is First Hop's own to set, by its lower-case name. */
export function isOurs(name: string): boolean {
  return name !== 'host' && (HOP_BY_HOP.has(name) || OURS_IN_REQUESTS.has(name));
}

/** Headers that `target_proxy` adds or replaces; names in lower case. */
export type AddedHeaders = ReadonlyMap<string, string>;

/** The header list of a request to the upstream, made from the client's. */
export function requestHeaders(client: RawHeaders, added: AddedHeaders): RawHeaders {
  const listed = namesInConnection(client);
  const headers: string[] = ['accept-encoding', 'identity'];
  for (let index = 0; index < client.length; index += 2) {
    const name = String(client[index]);
    const value = String(client[index + 1]);
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || OURS_IN_REQUESTS.has(key) || added.has(key) || listed.has(key)) continue;
    // SillyTavern sends `Bearer ` without a key; some upstreams reject that, all accept its absence.
    if (key === 'authorization' && /^bearer\s*$/i.test(value)) continue;
    headers.push(name, value);
  }
  for (const [name, value] of added) headers.push(name, value);
  return headers;
}

/**
 * The upstream's headers as the client gets them. Content-Length is left out: whoever sends the body knows it.
 * @param decoded whether the body was decompressed on the way, so that its encoding is no longer true
 */
export function replyHeaders(upstream: RawHeaders, decoded: boolean): RawHeaders {
  const listed = namesInConnection(upstream);
  const headers: string[] = [];
  for (let index = 0; index < upstream.length; index += 2) {
    const name = String(upstream[index]);
    const value = String(upstream[index + 1]);
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || listed.has(key) || key === 'content-length') continue;
    if (decoded && key === 'content-encoding') continue;
    // Which pages may read our replies is our own answer to give.
    if (key.startsWith('access-control-')) continue;
    headers.push(name, value);
  }
  return headers;
}

/** The first value of a header, by its lower-case name. */
export function headerValue(headers: RawHeaders, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (String(headers[index]).toLowerCase() === name) return String(headers[index + 1]);
  }
  return undefined;
}

/** The list without one header, by its lower-case name. */
export function withoutHeader(headers: RawHeaders, name: string): string[] {
  return headers.filter((_text, index) => String(headers[index - (index % 2)]).toLowerCase() !== name);
}

function namesInConnection(headers: RawHeaders): ReadonlySet<string> {
  const value = headerValue(headers, 'connection');
  if (value === undefined || /^(?:keep-alive|close)$/i.test(value)) return NO_NAMES;
  return new Set(value.split(',').map((name) => name.trim().toLowerCase()));
}

const NO_NAMES: ReadonlySet<string> = new Set();
