/** Shortens a text to a length in UTF-16 units without splitting a surrogate pair. */
export function cutText(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed()
    .trim();
}
