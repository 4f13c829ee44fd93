import { z } from 'zod';

// PostgreSQL's text cannot hold U+0000, and UTF-8 cannot encode a lone surrogate (RFC 3629 section 3).
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

// The patterns of the document must mean the same to the engines of all languages: no `\u` (RE2), no `\p` (Python), no
// lookaround (RE2).

/**
 * {@link isStorable} as a pattern of JSON Schema. It leaves out lone surrogates: a text of JSON Schema cannot contain
 * one, and some engines cannot express them.
 */
export const NO_NUL = '^[^\\x00]*$';

/**
 * A text without NUL that has a letter or a digit, as a pattern of JSON Schema. It accepts every character outside
 * ASCII, because engines without `\p{L}` cannot tell which of them are letters.
 */
export const HAS_LETTER = '^[^\\x00]*([0-9A-Za-z]|[^\\x00-\\x7F])[^\\x00]*$';

/** Whether a text can be stored: it has no NUL and no lone surrogate. */
export function isStorable(value: string): boolean {
  return !UNSTORABLE.test(value);
}

/** Number of Unicode code points, the unit of limits on texts. */
function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

const formatCount = (count: number): string => count.toLocaleString('en');

/**
 * Schema of a text that a user enters: trimmed, normalized to NFC, then at most `max` characters (code points) long.
 *
 * The `input` of its metadata goes into the OpenAPI document. Its length is that of the text as sent, which trimming
 * can only shorten (a few rare letters, such as U+0958, become longer by normalization).
 *
 * @param what - name of the field, for messages
 */
export function text(what: string, max: number) {
  return z
    .string()
    .refine(isStorable, {
      message: `${what} must not contain a NUL or a lone surrogate`,
      abort: true,
    })
    .transform((value) => value.normalize('NFC').trim())
    .refine((value) => codePoints(value) <= max, {
      error: (issue) =>
        `${what} can be up to ${formatCount(max)} characters long, got ${formatCount(codePoints(String(issue.input)))}`,
    })
    .meta({ input: { type: 'string', maxLength: max, pattern: NO_NUL } });
}
