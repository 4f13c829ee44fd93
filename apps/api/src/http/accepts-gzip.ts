/**
 * Whether a client accepts an answer compressed with gzip.
 *
 * @param header - value of `Accept-Encoding` (RFC 9110 section 12.5.3); a weight of 0 refuses a coding
 */
export function acceptsGzip(header: string | undefined): boolean {
  for (const entry of header?.split(',') ?? []) {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    if (coding === 'gzip') return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }
  return false;
}
