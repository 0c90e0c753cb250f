// Where the paths of a request lead on the upstream, from whatever form of address the user typed.

/** An upstream's origin and the paths of its endpoints, each starting with a slash and carrying the address's own query. */
export interface UpstreamAddress {
  readonly origin: string;
  /** The path of an endpoint such as `chat/completions`, followed by the client's query (with its `?`), if any. */
  pathTo(endpoint: string, clientQuery: string): string;
}

const ENDPOINT_AT_END = /\/(?:chat\/completions|completions|models)$/;
/** `/v1`, `/v1beta/openai`, `/api/v4` …: the address says itself which version it means. */
const VERSION_IN_PATH = /\/v\d+[a-z0-9]*(?:\/|$)/i;

/**
 * Understands an address with or without `/v1`, `/chat/completions`, a trailing slash, or a query. One that ends in an
 * endpoint is taken exactly; otherwise one without any version gets `/v1`, where OpenAI-compatible servers answer.
 * @param url an absolute http or https URL
 */
export function upstreamAddress(url: string): UpstreamAddress {
  const parsed = new URL(url);
  const path = parsed.pathname.replace(/\/+$/, '').replace(/\/{2,}/g, '/');
  const base = basePath(path);
  return {
    origin: parsed.origin,
    pathTo(endpoint, clientQuery) {
      const query = [parsed.search, clientQuery]
        .map((part) => part.replace(/^\?/, ''))
        .filter((part) => part !== '');
      return `${base}/${endpoint}${query.length === 0 ? '' : `?${query.join('&')}`}`;
    },
  };
}

function basePath(path: string): string {
  if (ENDPOINT_AT_END.test(path)) return path.replace(ENDPOINT_AT_END, '');
  return VERSION_IN_PATH.test(path) ? path : `${path}/v1`;
}
