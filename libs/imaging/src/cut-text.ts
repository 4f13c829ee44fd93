/** Cuts a text to a length in UTF-16 units, and leaves no half of a character behind. */
export function cutText(text: string, length: number): string {
  return text
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .toWellFormed()
    .trim();
}
