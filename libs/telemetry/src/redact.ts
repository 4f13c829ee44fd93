const HIDDEN = '[redacted]';
const SECRET_KEY =
  /^(?:proxy-)?authorization$|^(?:set-)?cookies?$|password|passwd|passphrase|secret|token|credential|signature|api-?key|access-?key/i;
// A signed link and a URL with a password are secrets inside a text. Neither pattern consumes a quote or a backslash, so
// that a line of JSON stays valid.
const SECRET_QUERY = /([?&](?:signature|x-amz-signature|x-amz-security-token|token)=)[^&#\s"'\\]+/gi;
const SECRET_USERINFO = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@"']*:)[^\s/@"'\\]+(?=@)/gi;
// Deeper levels of a log line are of no use, and this depth ends a cycle.
const DEPTH_MAX = 6;

/** Hides, inside a text or a line of JSON, the signature of a signed link and the password of a URL. */
export function redactText(text: string): string {
  return text.replace(SECRET_QUERY, `$1${HIDDEN}`).replace(SECRET_USERINFO, `$1${HIDDEN}`);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    return depth === 0 ? '[array]' : value.map((entry: unknown) => redactValue(entry, depth - 1));
  }
  // Errors have their own serializer; dates and similar objects have `toJSON`.
  if (!isPlain(value)) return value;
  return depth === 0 ? '[object]' : redactFields(value, depth - 1);
}

/**
 * Copies the fields of a log line, with `[redacted]` for every field that is named like a secret (authorization,
 * cookie, password, token, …), at any depth and in any case.
 */
export function redactFields(fields: object, depth: number = DEPTH_MAX): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      SECRET_KEY.test(key) ? HIDDEN : redactValue(value, depth),
    ]),
  );
}
