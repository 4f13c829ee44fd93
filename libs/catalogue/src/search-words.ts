/** Longer words are compared by their beginning; PostgreSQL accepts lexemes of up to 2,046 bytes. */
const WORD_MAX = 64;

/**
 * Splits texts into search words: runs of letters and digits, without case and accents. Both sides of a search use this
 * function, so they agree whatever the database's locale.
 *
 * @returns distinct words in order of appearance
 */
export function searchWords(...texts: (string | null | undefined)[]): string[] {
  // Upper case first: it unifies ß and ss, and ı and i. The final sigma is the only letter with two lower cases.
  const folded = texts
    .join(' ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .replaceAll('ς', 'σ');
  const words = folded.match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words.map((word) => [...word].slice(0, WORD_MAX).join('')))];
}

/** Returns the text of a `tsquery` in which every word must match by prefix. Words hold only letters and digits, so quoting is enough. */
export function prefixQuery(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(' & ');
}
