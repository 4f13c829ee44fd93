/** Tags as a person writes them, between commas. */
export function parseTags(written: string): string[] {
  const tags = written.split(',').map((tag) => tag.trim().toLowerCase());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}
