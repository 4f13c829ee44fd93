/**
 * Whether a client accepts an answer compressed with this coding.
 *
 * @param header - value of `Accept-Encoding` (RFC 9110 section 12.5.3); a weight of 0 refuses a coding
 */
export function acceptsCoding(header: string | undefined, wanted: 'gzip' | 'br'): boolean {
  for (const entry of header?.split(',') ?? []) {
    const [coding = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    if (coding === wanted) return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }
  return false;
}
