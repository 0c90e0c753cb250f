// `target_proxy.timeout` as the clocks of an attempt.
import { DEFAULT_SECONDS } from './options.ts';
import type { TargetProxyOptions } from './options.ts';
import type { PhaseLimits } from './upstream.ts';

const MS_PER_SECOND = 1_000;

/** A number means the first byte and the idle timeout; an object names each phase. Both are in seconds. */
export function phaseLimits(timeout: TargetProxyOptions['timeout']): PhaseLimits {
  const seconds =
    typeof timeout === 'number' ? { ...DEFAULT_SECONDS, first_byte: timeout, idle: timeout } : timeout;
  return {
    connectMs: seconds.connect * MS_PER_SECOND,
    firstByteMs: seconds.first_byte * MS_PER_SECOND,
    firstContentMs: seconds.first_content * MS_PER_SECOND,
    idleMs: seconds.idle * MS_PER_SECOND,
    totalMs: seconds.total * MS_PER_SECOND,
  };
}
