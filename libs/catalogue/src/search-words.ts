/** Longer words are compared by their beginning; PostgreSQL takes lexemes of up to 2,046 bytes. */
const WORD_MAX = 64;

/**
 * Splits texts into the words that the search knows: runs of letters and digits, without case and accents. Both
 * sides of a search go through here, so they agree whatever the database's locale.
 *
 * @returns distinct words in order of appearance
 */
export function searchWords(...texts: (string | null | undefined)[]): string[] {
  // Upper case first: it makes one of ß and ss, of ı and i. The final sigma is the one letter with two lower cases.
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

/** Text of a `tsquery` that every word must match by prefix. Words hold letters and digits alone, so quoting is enough. */
export function prefixQuery(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(' & ');
}
