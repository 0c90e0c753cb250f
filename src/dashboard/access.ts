// Who may use the page and its API: this computer, or whoever knows the token; and no other page on their behalf.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DashboardAccess } from './parts.ts';

/** Every request that changes something carries it: a form or an image of another page can not. */
export const GUARD_HEADER = 'x-first-hop';
const COOKIE = 'first_hop_session';

/** Why a request is not let in. */
export interface Refused {
  readonly status: 401 | 403 | 415;
  readonly message: string;
}

export interface Gate {
  /** Whether the page itself may be shown. */
  page(request: IncomingMessage): Refused | undefined;
  /** Whether a request to the API may be answered. `login`: it is the one that brings the token. */
  api(request: IncomingMessage, isLogin: boolean): Refused | undefined;
  /** The cookie of a session, if the token is right. */
  login(token: string): string | undefined;
}

/** A session is known until the process ends, or the token changes. */
export function openGate(access: DashboardAccess): Gate {
  const key = randomBytes(32);
  const sessionOf = (token: string): string => createHmac('sha256', key).update(token).digest('hex');
  const page = (request: IncomingMessage): Refused | undefined =>
    access.adminToken !== undefined || isHere(request, access)
      ? undefined
      : {
          status: 403,
          message:
            'The page is for the computer that First Hop runs on. To use it from another one, set server.admin_token in the configuration.',
        };
  return {
    page,
    api(request, isLogin) {
      const refused = page(request) ?? fromElsewhere(request) ?? unguarded(request);
      const { adminToken: token } = access;
      if (refused !== undefined || token === undefined || isLogin) return refused;
      const { authorization = '', cookie = '' } = request.headers;
      const isKnown =
        isSame(authorization.replace(/^bearer\s+/i, ''), token) || isSame(cookieIn(cookie), sessionOf(token));
      return isKnown ? undefined : { status: 401, message: 'Enter the token of server.admin_token first.' };
    },
    login(token) {
      if (access.adminToken === undefined || !isSame(token, access.adminToken)) return undefined;
      return `${COOKIE}=${sessionOf(token)}; Path=/api; HttpOnly; SameSite=Strict`;
    },
  };
}

/** Headers that say that somebody else stands behind a connection of this computer's own. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'cf-connecting-ip'] as const;

function isHere({ headers, socket }: IncomingMessage, access: DashboardAccess): boolean {
  const address = String(socket.remoteAddress).replace(/^::ffff:/, '');
  return (
    access.isLoopbackName(address) &&
    access.isLoopbackHost(String(headers.host)) &&
    FORWARDED.every((name) => headers[name] === undefined)
  );
}

/** https://www.w3.org/TR/fetch-metadata/ where the browser sends it, the Origin (RFC 6454) besides. */
function fromElsewhere({ headers }: IncomingMessage): Refused | undefined {
  const site = headers['sec-fetch-site'] ?? 'none';
  const { origin, host } = headers;
  const isOurs = origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
  if (isOurs && (site === 'same-origin' || site === 'none')) return undefined;
  return { status: 403, message: 'Only First Hop’s own page may ask this.' };
}

function unguarded({ headers, method }: IncomingMessage): Refused | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (headers[GUARD_HEADER] === undefined)
    return { status: 403, message: `A request that changes something needs the header "${GUARD_HEADER}".` };
  if (/^application\/json\s*(?:;|$)/i.test(headers['content-type'] ?? '')) return undefined;
  return {
    status: 415,
    message: 'The request must be JSON: send the header "Content-Type: application/json".',
  };
}

function cookieIn(cookies: string): string {
  const ours = cookies.split(';').map((cookie) => cookie.trim().split('='));
  return ours.find(([name]) => name === COOKIE)?.[1] ?? '';
}

/** Takes as long for a wrong guess as for a right one, whatever its length. */
function isSame(given: string, wanted: string): boolean {
  const key = randomBytes(32);
  const digest = (text: string): Buffer => createHmac('sha256', key).update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
