// Who may talk to us from inside a browser: pages of this computer and of private networks, and those the user names.
// And under which names we answer, against DNS rebinding: a foreign name that resolves to this computer.
import { BlockList, isIP } from 'node:net';

const nearby = new BlockList();
// Loopback, private use (RFC 1918), link-local (RFC 3927); the same for IPv6 (RFC 4193, RFC 4291).
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  nearby.addSubnet(address, bits, 'ipv4');
}
for (const [address, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  nearby.addSubnet(address, bits, 'ipv6');
}

/**
 * Whether a page of this origin may read our answers.
 * @param origin the Origin header, e.g. `http://localhost:8000`
 * @param host the Host header: a page is allowed to ask the server it came from
 * @param named `server.cors_origins`
 */
export function isOriginAllowed(origin: string, host: string | undefined, named: readonly string[]): boolean {
  if (named.includes(origin)) return true;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false;
  return url.host === host || isNearby(url.hostname);
}

/** A client sends the same Host with every request; it need not be taken apart every time. */
let lastLoopbackHost = 'localhost';

/** Whether a Host header names this computer, as it must when only this computer can reach us. */
export function isLoopbackHost(host: string): boolean {
  if (host === lastLoopbackHost) return true;
  const isLoopback = namesLoopback(host);
  if (isLoopback) lastLoopbackHost = host;
  return isLoopback;
}

function namesLoopback(host: string): boolean {
  const url = `http://${host}`;
  return URL.canParse(url) && isLoopbackName(new URL(url).hostname);
}

/** Whether listening on this address means that only this computer can reach us. */
export function isLoopbackName(hostname: string): boolean {
  const name = withoutBrackets(hostname);
  return name === '::1' || /^127(?:\.\d+){3}$/.test(name) || /^(?:.+\.)?localhost$/i.test(name);
}

/** An address we listen on, as it stands in a URL that this computer can open. */
export function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function isNearby(hostname: string): boolean {
  const name = withoutBrackets(hostname);
  const family = isIP(name);
  if (family === 0) return isLoopbackName(name);
  return nearby.check(name, family === 4 ? 'ipv4' : 'ipv6');
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
