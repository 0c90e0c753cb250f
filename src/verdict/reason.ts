// Why an attempt failed: one closed union, the same word in verdicts, records, and the manual (docs/errors.md).

export type Reason =
  | 'rate-limited'
  | 'server-error'
  | 'bad-key'
  | 'forbidden'
  | 'bad-request'
  | 'not-found'
  | 'redirected'
  | 'error-status'
  | 'error-in-reply'
  | 'empty-reply'
  | 'malformed-reply'
  | 'oversized'
  | 'blocked'
  | 'length-limit'
  | 'unreachable'
  | 'bad-certificate'
  | 'connection-lost'
  | 'timed-out'
  | 'cut'
  | 'stalled'
  | 'hard-stop';
