import { inputFormats, type OriginalContentType, originalContentTypes } from './formats/input-formats.js';

/** The number of bytes from the start of a file that `sniff` reads at most. */
export const SNIFF_BYTES = 4096;

/**
 * Finds the content type of a picture by its first bytes, never by a name or a header.
 *
 * @param head - the first bytes of the file; `SNIFF_BYTES` are enough, the whole file when it is shorter
 * @returns null for anything but the input formats: HTML, PDF, other ISO media, zero bytes
 */
export function sniff(head: Uint8Array): OriginalContentType | null {
  const bytes = head.subarray(0, SNIFF_BYTES);
  return originalContentTypes.find((type) => inputFormats[type].signature(bytes)) ?? null;
}
