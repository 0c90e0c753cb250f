// Which endpoint a request means, and in which profile. Paths are forgiving, because addresses are typed by hand: with
// or without /v1, with doubled or trailing slashes.

/** What is to be done with a request. `query` starts with its `?`, or is empty. */
export type Route =
  | ForwardedRoute
  | (Asked & { readonly kind: 'health' | 'health-detailed' | 'metrics' })
  /** The page, its files and its API; `path` as it came. */
  | { readonly kind: 'page'; readonly path: string; readonly query: string }
  /** An endpoint behind something that can not name a profile. */
  | { readonly kind: 'bad-profile'; readonly name: string }
  | { readonly kind: 'wrong-method'; readonly path: string; readonly allowed: string }
  | { readonly kind: 'unknown'; readonly path: string };

interface Asked {
  /** Named by the first segment of the path; undefined for the main configuration. */
  readonly profile: string | undefined;
  readonly query: string;
}

/** What is answered by an upstream. */
export type ForwardedRoute = Asked &
  (
    | { readonly kind: 'chat' | 'text' | 'models' }
    /** Anything else under /v1, by its path behind it. */
    | { readonly kind: 'pass-through'; readonly endpoint: string }
  );

interface Endpoint {
  readonly kind: 'chat' | 'text' | 'models' | 'health' | 'health-detailed' | 'metrics';
  readonly method: 'GET' | 'POST';
}

const FORWARDED: Readonly<Record<string, Endpoint>> = {
  'chat/completions': { kind: 'chat', method: 'POST' },
  completions: { kind: 'text', method: 'POST' },
  models: { kind: 'models', method: 'GET' },
};
const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  ...FORWARDED,
  health: { kind: 'health', method: 'GET' },
  'health/detailed': { kind: 'health-detailed', method: 'GET' },
  metrics: { kind: 'metrics', method: 'GET' },
};

const PROFILE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
/** First segments that mean something else, now or in a later version, so that no profile can have these names. */
const RESERVED = new Set(['v1', 'health', 'models', 'chat', 'completions', 'metrics', 'api', 'page']);

/** First segments of what the page is made of; the empty one is the page itself. */
const PAGE = new Set(['', 'api', 'page']);

/** What some servers take for a slash, and segments that would leave the upstream's own folder. */
const SLASHES = /[/\\]|%2f|%5c/i;
const DOTS = /^(?:\.|%2e){1,2}$/i;

/**
 * @param method the HTTP method; HEAD is asked like GET
 * @param target the request target as it came, e.g. `/v1//chat/completions?x=1`
 */
export function routeOf(method: string, target: string): Route {
  if (target !== latest.target || method !== latest.method)
    latest = { method, target, route: readRoute(method, target) };
  return latest.route;
}

/** A client asks for the same endpoint again and again. */
let latest: { readonly method: string; readonly target: string; readonly route: Route } = {
  method: '',
  target: '',
  route: { kind: 'unknown', path: '' },
};

function readRoute(method: string, target: string): Route {
  const queryAt = target.indexOf('?');
  const path = queryAt === -1 ? target : target.slice(0, queryAt);
  const query = queryAt === -1 ? '' : target.slice(queryAt);
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!path.startsWith('/') || path.split(SLASHES).some((segment) => DOTS.test(segment)))
    return { kind: 'unknown', path };

  const [first = ''] = segments;
  if (PAGE.has(first)) return { kind: 'page', path, query };
  if (RESERVED.has(first.toLowerCase()))
    return endpointAt({ method, path, query, profile: undefined }, segments, ENDPOINTS);
  const route = endpointAt({ method, path, query, profile: first }, segments.slice(1), FORWARDED);
  if (route.kind === 'unknown' || PROFILE_NAME.test(first)) return route;
  return { kind: 'bad-profile', name: first };
}

interface Target extends Asked {
  readonly method: string;
  readonly path: string;
}

function endpointAt(
  { method, path, query, profile }: Target,
  segments: readonly string[],
  endpoints: Readonly<Record<string, Endpoint>>,
): Route {
  const isVersioned = segments[0] === 'v1';
  const name = (isVersioned ? segments.slice(1) : segments).join('/');
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint !== undefined) {
    const asked = method === 'HEAD' ? 'GET' : method;
    if (asked !== endpoint.method) return { kind: 'wrong-method', path, allowed: endpoint.method };
    return { kind: endpoint.kind, profile, query };
  }
  if (isVersioned && name !== '') return { kind: 'pass-through', profile, endpoint: name, query };
  return { kind: 'unknown', path };
}
