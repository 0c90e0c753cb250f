// What an HTTP status says by itself, before any rule: why, at what cost, and whether a client can be given it.
import type { JsonObject } from '../std/json.ts';
import type { Reason } from './reason.ts';
import type { Cost } from './verdict.ts';

/** Reported where no status of the upstream fits: Bad Gateway (RFC 9110 §15.6.3). */
export const BAD_GATEWAY = 502;

/** Reported when a clock ran out: Gateway Timeout (RFC 9110 §15.6.5). */
export const GATEWAY_TIMEOUT = 504;

/** Reported when the request itself must change before it can succeed. */
export const BAD_REQUEST = 400;

const REASONS: ReadonlyMap<number, Reason> = new Map([
  [400, 'bad-request'],
  [401, 'bad-key'],
  [402, 'no-credit'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [413, 'context-too-long'],
  [415, 'bad-request'],
  [422, 'bad-request'],
  [429, 'rate-limited'],
  [529, 'overloaded'],
]);

/** Why an attempt with this status failed. */
export function reasonForStatus(status: number): Reason {
  if (status >= 300 && status < 400) return 'redirected';
  return REASONS.get(status) ?? (status >= 500 ? 'server-error' : 'error-status');
}

/**
 * An error answer is a refusal and costs nothing, except where a gateway lost an upstream that may have worked on:
 * 502, 504, and Cloudflare's own 520 to 526
 * (https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/).
 */
export function costForStatus(status: number): Cost {
  const lostBehindGateway = status === 502 || status === 504 || (status >= 520 && status <= 526);
  return lostBehindGateway ? 'maybe' : 'not-billed';
}

/** The status itself if it is an error, else 502: a failure is never reported as a success or a redirect. */
export function reportable(status: number): number {
  return isErrorStatus(status) ? status : BAD_GATEWAY;
}

/**
 * The status for an answer that no retry can mend: the upstream's 4xx, unless clients retry it by themselves
 * (408, 409 and 429 in OpenAI's libraries), else another.
 */
export function unretriedStatus(status: number, another: number = BAD_REQUEST): number {
  const clientsRetry = status === 408 || status === 409 || status === 429;
  return status >= 400 && status < 500 && !clientsRetry ? status : another;
}

/** Fields in which an error names its HTTP status; `raw_status_code` is Mistral's. */
const STATUS_FIELDS = ['code', 'status', 'status_code', 'raw_status_code'] as const;

/** The HTTP status an error object names, as a number or in digits; the outermost wins. */
export function statusInError(layers: readonly JsonObject[]): number | undefined {
  return layers
    .flatMap((layer) => STATUS_FIELDS.map((field) => codeOf(layer[field])))
    .find((code) => code !== undefined && isErrorStatus(code));
}

/** The status in the title of a page of Cloudflare's: `<title>a.example | 524: A timeout occurred</title>`. */
export function statusInTitle(page: string): number | undefined {
  if (!page.startsWith('<')) return undefined;
  const told = /<title>[^<|]{1,300}\| (5\d\d): [^<]/i.exec(page)?.[1];
  return told === undefined ? undefined : Number(told);
}

function codeOf(code: unknown): number | undefined {
  if (typeof code === 'number') return code;
  return typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : undefined;
}

function isErrorStatus(status: number): boolean {
  return status >= 400 && status <= 599;
}
