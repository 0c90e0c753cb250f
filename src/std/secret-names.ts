// Which names announce a secret: of headers, of parameters in addresses, of fields in JSON.

const SECRET_NAME = /auth|key|token|secret|cookie|password/i;
/** All names below have one of these in them: most names are seen off by one look. */
const SOUNDS_SECRET = /pass|key|token|secret|auth|cookie|credential|bearer|sig/i;
/** Nothing but a secret is called so. */
const SECRET_FIELD =
  /pass(?:word|wd|phrase)|api[-_ .]?key|authorization|credential|cookie|(?:access|auth|refresh|session|bearer|id|api|private|secret|client|proxy|csrf|xsrf)[-_.]?(?:token|key|secret|pass)s?$/i;
/** Called so may be a secret, but also a word of a story or a model's token. */
const MAYBE_SECRET = /^(?:.*[-_.])?(?:token|key|secret|auth|bearer)$/i;
const MAYBE_SECRET_IN_CAMEL_CASE = /[a-z](?:Token|Key|Secret)$/;
const SECRET_PARAMETER = /auth|key|token|secret|passw|sig|credential/i;

/** Headers and fields are called the same again and again; how many different names anybody sends is not ours to say. */
const MAX_REMEMBERED_NAMES = 256;
const MAX_HEADER_CHARS = 64;
/** V8 copies pieces of up to 12 characters; a longer one that was cut out of a text holds all of that text in memory. */
const MAX_FIELD_CHARS = 12;

function remembering(maxChars: number, test: (name: string) => boolean): (name: string) => boolean {
  const remembered = new Map<string, boolean>();
  return (name) => {
    if (name.length > maxChars) return test(name);
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const result = test(name);
    if (remembered.size < MAX_REMEMBERED_NAMES) remembered.set(name, result);
    return result;
  };
}

/** Whether the value of a header or query parameter is a secret, by its name. */
export const isSecretName = remembering(MAX_HEADER_CHARS, (name) => SECRET_NAME.test(name));

/** The secret in a header's value, without the scheme before it (RFC 9110 §11.4). */
export function secretIn(headerValue: string): string {
  return headerValue.replace(/^(?:bearer|basic)\s+/i, '');
}

/** Whether a field of this name holds a secret whatever it looks like: `proxy_password`, `api_key_openai`. */
export const isSecretField = remembering(MAX_FIELD_CHARS, (name) => SECRET_FIELD.test(name));

/** Whether a field of this name holds a secret if it looks like one: `token`, `key`. */
export const mayBeSecretField = remembering(
  MAX_FIELD_CHARS,
  (name) => MAYBE_SECRET.test(name) || MAYBE_SECRET_IN_CAMEL_CASE.test(name),
);

/** Whether a parameter of this name in an address holds a secret. */
export function isSecretParameter(name: string): boolean {
  return SECRET_PARAMETER.test(name);
}

/** Whether a name may be one of those that the functions here know; quick, where most names are not. */
export const soundsSecret = remembering(MAX_FIELD_CHARS, (name) => SOUNDS_SECRET.test(name));
