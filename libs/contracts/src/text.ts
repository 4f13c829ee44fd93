import { z } from 'zod';

// PostgreSQL's text cannot hold U+0000, nor UTF-8 a lone surrogate (RFC 3629 section 3).
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Tells whether a text can be stored: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** Number of Unicode code points, the unit in which limits on texts are meant. */
function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/**
 * Schema of a person's text: trimmed, normalized to NFC, at most `max` characters (code points) after that.
 *
 * @param what - name of the field, for the message
 */
export function text(what: string, max: number) {
  return z
    .string()
    .refine(isStorable, {
      message: `${what} holds a NUL or a lone surrogate; it takes Unicode text without them`,
      abort: true,
    })
    .transform((value) => value.normalize('NFC').trim())
    .refine((value) => codePoints(value) <= max, {
      error: (issue) => `${what} has ${codePoints(String(issue.input))} characters; it takes ${max} at most`,
    })
    .meta({ maxLength: max });
}
