/**
 * Tells whether a caller has these bytes already, by its `If-None-Match`.
 *
 * @param tags - the header as it came
 * @param etag - of what would be sent
 */
export function isUnchanged(tags: string | undefined, etag: string): boolean {
  if (tags === undefined) return false;
  // A weak comparison, as RFC 9110 section 13.1.2 asks for; a proxy that compresses makes tags weak.
  const strong = (tag: string): string => tag.trim().replace(/^W\//, '');
  return tags.trim() === '*' || tags.split(',').some((tag) => strong(tag) === strong(etag));
}
