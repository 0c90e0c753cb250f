// Which parts of a configuration are secret, and how they are shown.
import { maskSecret, redact } from '../std/redact.ts';
import type { Path } from './json-schema.ts';

/** `//user:password@` in an address. */
const USER_INFO = /\/\/[^/\s@]+@/g;
/** `?key=…` and the like in an address, however short the value. */
const SECRET_PARAMETER = /([?&][^=&#\s]*(?:auth|key|token|secret|password|sig)[^=&#\s]*=)([^&#\s]+)/gi;
/** A long run of letters and digits without a space: nothing that belongs in a configuration, but what keys look like. */
const LONG_TOKEN = /(?=[\w.~+/=-]*\d)(?=[\w.~+/=-]*[A-Za-z])[\w~+=-]{24,}/g;

/** Whether the value at a path is a secret whatever it looks like. */
export function isSecretPath(path: Path): boolean {
  const [section, key] = path;
  if (section === 'server') return key === 'admin_token';
  return section === 'target_proxy' && (key === 'apikey' || key === 'headers');
}

/** The text with everything masked that is, or looks like, a secret in an address or a key. */
export function hideSecrets(text: string): string {
  const withoutParameters = text
    .replace(USER_INFO, '//…@')
    .replace(SECRET_PARAMETER, (_whole, name: string, value: string) => name + maskSecret(value));
  return redact(withoutParameters);
}

/** As `hideSecrets`, and every long run of letters and digits besides: for values that stand in a wrong place. */
export function hideEverythingLikeAKey(text: string): string {
  return hideSecrets(text).replace(LONG_TOKEN, maskSecret);
}
