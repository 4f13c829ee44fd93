/**
 * Whether a client already has this content, by its `If-None-Match`.
 *
 * @param tags - value of the header
 * @param etag - ETag of the current content
 */
export function isUnchanged(tags: string | undefined, etag: string): boolean {
  if (tags === undefined) return false;
  // A weak comparison, as RFC 9110 section 13.1.2 requires; a proxy that compresses makes tags weak.
  const strong = (tag: string): string => tag.trim().replace(/^W\//, '');
  return tags.trim() === '*' || tags.split(',').some((tag) => strong(tag) === strong(etag));
}
