// The configuration in use, fit to be shown: all defaults filled in, no secrets.
import { isObject } from '../std/json.ts';
import { isSecretName, maskSecret } from '../std/redact.ts';
import type { Config } from './schema.ts';
import { hideSecrets } from './secrets.ts';

/** A copy for `GET /health/detailed`: keys and their like are masked as `sk-…cdef`, wherever they stand. */
export function effectiveConfig(config: Config): unknown {
  const { apikey, headers, ...rest } = config.target_proxy;
  const { admin_token: adminToken, ...server } = config.server;
  const shownHeaders = Object.entries(headers).map(([name, value]) => [
    name,
    isSecretName(name) ? maskSecret(value) : hideSecrets(value),
  ]);
  return {
    ...masked(config),
    target_proxy: {
      ...masked(rest),
      ...(apikey === undefined ? {} : { apikey: maskSecret(apikey) }),
      headers: Object.fromEntries(shownHeaders) as unknown,
    },
    server: { ...masked(server), ...(adminToken === undefined ? {} : { admin_token: '…' }) },
  };
}

function masked(group: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(group).map(([key, value]) => [key, maskedValue(value)]));
}

function maskedValue(value: unknown): unknown {
  if (typeof value === 'string') return hideSecrets(value);
  if (Array.isArray(value)) return value.map(maskedValue);
  return isObject(value) ? masked(value) : value;
}
