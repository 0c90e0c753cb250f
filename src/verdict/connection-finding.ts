// What is wrong when the connection, not the answer, failed: refused, lost, too slow, not to be trusted.
import type { Outcome, TimeoutPhase } from '../upstream/outcome.ts';
import { readCause } from './error-cause.ts';
import type { Finding } from './finding.ts';
import { BAD_GATEWAY, GATEWAY_TIMEOUT } from './status.ts';

type OutcomeOf<Kind extends Outcome['kind']> = Extract<Outcome, { readonly kind: Kind }>;

/**
 * Codes of OpenSSL's and Node's certificate checks; all others of OpenSSL's begin with CERT_
 * (https://nodejs.org/docs/latest-v20.x/api/tls.html#x509-certificate-error-codes).
 */
const CERTIFICATE_CODES: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const NO_ANSWER = {
  upstreamStatus: undefined,
  retryAfterMs: undefined,
  original: undefined,
  isRefusal: false,
} as const;

/** A connection that failed. A certificate does not become valid by trying again. */
export function connectionFinding(outcome: OutcomeOf<'unreachable' | 'broken'>): Finding {
  const { messages, codes } = readCause(outcome.cause);
  const sent = outcome.kind === 'broken';
  const common = {
    ...NO_ANSWER,
    status: BAD_GATEWAY,
    message: messages.join(' - '),
    texts: [...messages, ...codes],
  };
  if (codes.some((code) => code.startsWith('CERT_') || CERTIFICATE_CODES.has(code))) {
    const otherwise = { kind: 'stop', rule: 'certificate_errors' } as const;
    return { ...common, reason: 'bad-certificate', cost: 'not-billed', otherwise };
  }
  return {
    ...common,
    reason: sent ? 'connection-lost' : 'unreachable',
    cost: sent ? 'maybe' : 'not-billed',
    otherwise: { kind: 'retry', rule: 'connection_errors' },
  };
}

const WHAT_WAS_MISSING: Readonly<Record<TimeoutPhase, string>> = {
  connect: 'no connection',
  'first-byte': 'no answer',
  'first-content': 'nothing to show',
  idle: 'silence',
  total: 'not finished',
};

/** A clock that ran out. */
export function timeoutFinding(outcome: OutcomeOf<'timed-out'>): Finding {
  const seconds = Math.round(outcome.afterMs / 100) / 10;
  const message = `${WHAT_WAS_MISSING[outcome.phase]} after ${seconds} s`;
  return {
    ...NO_ANSWER,
    reason: 'timed-out',
    status: GATEWAY_TIMEOUT,
    message,
    texts: [message],
    cost: outcome.phase === 'connect' ? 'not-billed' : 'maybe',
    otherwise: { kind: 'retry', rule: 'timeouts' },
  };
}

/** A reply too large to hold: it would be as large the next time, and it has been produced, so paid for. */
export function oversizedFinding(outcome: OutcomeOf<'oversized'>): Finding {
  const message = `the reply is larger than ${Math.round(outcome.limitBytes / 2 ** 20)} MB`;
  return {
    ...NO_ANSWER,
    reason: 'oversized',
    status: BAD_GATEWAY,
    message,
    texts: [message],
    cost: 'billed',
    otherwise: { kind: 'stop', rule: 'max_reply_mb' },
  };
}
