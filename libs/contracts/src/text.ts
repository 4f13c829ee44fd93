import { z } from 'zod';

// PostgreSQL's text cannot hold U+0000, nor UTF-8 a lone surrogate (RFC 3629 section 3).
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * What {@link isStorable} asks, as a pattern of JSON Schema. Lone surrogates stay unsaid: JSON Schema knows no text
 * that holds one, and some of its engines know no way to name them.
 */
export const NO_NUL = '^[^\\u0000]*$';

/** Tells whether a text can be stored: no NUL, no lone surrogate. */
export function isStorable(value: string): boolean {
  return !UNSTORABLE.test(value);
}

/** Number of Unicode code points, the unit in which limits on texts are meant. */
function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/**
 * Schema of a person's text: trimmed, normalized to NFC, at most `max` characters (code points) after that.
 *
 * The `input` of its metadata is what the OpenAPI document says of it: the length as sent, which trimming can only
 * shorten (a few rare letters, such as U+0958, grow by normalization).
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
    .meta({ input: { type: 'string', maxLength: max, pattern: NO_NUL } });
}
