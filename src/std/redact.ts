// Keeps keys out of everything people or files get to see. One place for the rule of what looks like a key.

/** Key formats of known providers, and words that announce a key. Each pattern is linear in the text's length. */
const KEY_SHAPES: readonly RegExp[] = [
  // OpenAI, Anthropic, OpenRouter, DeepSeek …: sk-…; Groq gsk_…; xAI xai-…; Hugging Face hf_…; Replicate r8_…
  /\b(?:sk|pk|rk|gsk|xai|hf|r8|pplx|fw|nvapi|glpat|ghp|tgp_v1)[-_][A-Za-z0-9_-]{12,}/g,
  // Google API keys: AIza and 35 more characters.
  /\bAIza[A-Za-z0-9_-]{20,}/g,
  // JSON web tokens.
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_.-]{10,}/g,
];

/** `Bearer x`, `key=x`, `api_key: x`, `"api-key":"x"`: the value after the announcing word, if it has a digit in it. */
const ANNOUNCED =
  /(\bbearer\s+|\b(?:api[-_ ]?key|access[-_]token|token|key|secret|password)["']?\s*[=:]\s*["']?)(?=[A-Za-z._~+/=-]{0,64}\d)([A-Za-z0-9._~+/=-]{8,})/gi;

const SECRET_NAME = /auth|key|token|secret|cookie|password/i;

/** Whether the value of a header or query parameter is a secret, by its name. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** The secret in a header's value, without the scheme before it (RFC 9110 §11.4). */
export function secretIn(headerValue: string): string {
  return headerValue.replace(/^(?:bearer|basic)\s+/i, '');
}

/** The name before the value: what is shown of a secret, e.g. `sk-…cdef`; short ones are hidden whole. */
export function maskSecret(secret: string): string {
  if (secret.length < 12) return '…';
  const prefix = /^[A-Za-z]{2,5}[-_]/.exec(secret)?.[0] ?? '';
  return `${prefix}…${secret.slice(-4)}`;
}

/**
 * Replaces the given secrets, and everything that looks like a key, by its masked form.
 * @param known secrets of this exchange (the configured key, the client's); shorter than 4 characters are ignored
 */
export function redact(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const secret of known) {
    if (secret.length >= 4) clean = clean.replaceAll(secret, maskSecret(secret));
  }
  for (const shape of KEY_SHAPES) clean = clean.replace(shape, maskSecret);
  return clean.replace(ANNOUNCED, (_whole, word: string, value: string) => word + maskSecret(value));
}
