import { sniff, SNIFF_BYTES } from '@darkroom/contracts';
import type { UploadLimits } from '../api/session-api.js';
import { text } from '../text/en.js';

export { SNIFF_BYTES };

export interface FileHead {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The first `SNIFF_BYTES` bytes, all where there are fewer. */
  readonly head: Uint8Array;
}

/** Ends of names that say what a file is, where its content is nothing that Darkroom takes. */
const KNOWN_OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\.svgz?$/i, 'SVG'],
  [/\.pdf$/i, 'PDF'],
  [/\.(mp4|mov|m4v|avi|mkv|webm)$/i, 'video'],
  [/\.(cr2|cr3|nef|arw|dng|raf|orf|rw2)$/i, 'camera raw'],
  [/\.(psd|psb)$/i, 'Photoshop'],
  [/\.bmp$/i, 'BMP'],
  [/\.(zip|rar|7z|tar|gz)$/i, 'archive'],
];

/**
 * Tells why a file is not worth sending; the server would say the same after all of it had travelled.
 *
 * @returns one plain sentence; null for a file to send
 */
export function refusalOf({ name, size, head }: FileHead, limits: UploadLimits | null): string | null {
  if (size === 0) return text.upload.empty;
  if (limits !== null && size > limits.maxBytes) return text.upload.tooLarge(size, limits.maxBytes);
  if (sniff(head) !== null) return null;
  const other = KNOWN_OTHERS.find(([pattern]) => pattern.test(name))?.[1];
  return other === undefined ? text.upload.notAPicture : text.upload.otherFormat(other);
}
