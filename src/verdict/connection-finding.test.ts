import { describe, expect, it } from 'vitest';
import { judged, rulesOf, systemError } from '../../test/support/outcomes.ts';
import type { Outcome } from '../upstream/outcome.ts';

describe('connections that failed', () => {
  const wrapped = new Error('fetch failed', { cause: systemError('UNABLE_TO_VERIFY_LEAF_SIGNATURE') });

  it.each<[Outcome, object, string]>([
    [
      { kind: 'unreachable', cause: systemError('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1') },
      {
        kind: 'retryable',
        reason: 'unreachable',
        rule: 'connection_errors',
        status: 502,
        message: 'connect ECONNREFUSED 127.0.0.1:1',
        cost: 'not-billed',
        conditional: false,
      },
      'nothing was sent',
    ],
    [
      { kind: 'broken', cause: systemError('ECONNRESET') },
      { kind: 'retryable', reason: 'connection-lost', rule: 'connection_errors', status: 502, cost: 'maybe' },
      'sent, then lost',
    ],
    [
      { kind: 'unreachable', cause: systemError('CERT_HAS_EXPIRED') },
      {
        kind: 'final',
        reason: 'bad-certificate',
        rule: 'certificate_errors',
        status: 502,
        cost: 'not-billed',
      },
      'a certificate stays expired',
    ],
    [
      { kind: 'unreachable', cause: systemError('DEPTH_ZERO_SELF_SIGNED_CERT') },
      { kind: 'final', reason: 'bad-certificate' },
      'self-signed',
    ],
    [
      { kind: 'unreachable', cause: wrapped },
      { kind: 'final', reason: 'bad-certificate' },
      'inside another error',
    ],
    [
      { kind: 'broken', cause: new AggregateError([systemError('ERR_TLS_CERT_ALTNAME_INVALID')]) },
      { kind: 'final', reason: 'bad-certificate' },
      'one of several errors',
    ],
    [
      { kind: 'timed-out', phase: 'connect', afterMs: 10_000 },
      {
        kind: 'retryable',
        reason: 'timed-out',
        rule: 'timeouts',
        status: 504,
        message: 'no connection after 10 s',
        cost: 'not-billed',
      },
      'nothing was sent',
    ],
    [
      { kind: 'timed-out', phase: 'first-byte', afterMs: 1_250 },
      {
        kind: 'retryable',
        reason: 'timed-out',
        status: 504,
        message: 'no answer after 1.3 s',
        cost: 'maybe',
      },
      'the model may have been working',
    ],
    [
      { kind: 'oversized', limitBytes: 64 * 2 ** 20 },
      {
        kind: 'final',
        reason: 'oversized',
        rule: 'max_reply_mb',
        status: 502,
        message: 'the reply is larger than 64 MB',
        cost: 'billed',
      },
      'it would be as large again',
    ],
  ])('row %#', (outcome, verdict) => {
    expect(judged(outcome)).toMatchObject(verdict);
  });
});

describe('certificates that can not be trusted', () => {
  it.each([
    'CERT_NOT_YET_VALID',
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
  ])('%s is not retried', (code) => {
    // One of several addresses is enough, whatever the others say.
    const cause = new AggregateError(
      [systemError('ECONNREFUSED', 'refused'), systemError(code, 'untrusted')],
      'all',
    );
    expect(judged({ kind: 'unreachable', cause })).toMatchObject({
      kind: 'final',
      reason: 'bad-certificate',
      rule: 'certificate_errors',
      message: 'all - refused - untrusted',
    });
  });
});

describe('what ran out', () => {
  it.each([
    ['connect', 'no connection after 1.3 s'],
    ['first-byte', 'no answer after 1.3 s'],
    ['first-content', 'nothing to show after 1.3 s'],
    ['idle', 'silence after 1.3 s'],
    ['total', 'not finished after 1.3 s'],
  ] as const)('%s is told as %j', (phase, message) => {
    expect(judged({ kind: 'timed-out', phase, afterMs: 1_260 })).toMatchObject({ message });
  });

  it('of room for a reply names its limit, also to the user’s patterns', () => {
    const outcome: Outcome = { kind: 'oversized', limitBytes: 2 ** 20 };
    expect(judged(outcome)).toMatchObject({ kind: 'final', rule: 'max_reply_mb' });
    const rules = rulesOf({ hard_stop_conditions: { rules: [{ pattern: 'larger than 1 MB' }] } });
    expect(judged(outcome, rules)).toMatchObject({ reason: 'hard-stop' });
  });
});
