import { sniff, SNIFF_BYTES } from '@darkroom/contracts';
import type { UploadLimits } from '../api/session-api.js';
import { text } from '../text/en.js';

export { SNIFF_BYTES };

export interface FileHead {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The first `SNIFF_BYTES` bytes, or all of a shorter file. */
  readonly head: Uint8Array;
}

/** File extensions and the type to show for a file whose content is not a supported picture. */
const KNOWN_OTHERS: readonly (readonly [RegExp, string])[] = [
  [/\.svgz?$/i, 'SVG'],
  [/\.pdf$/i, 'PDF'],
  [/\.(mp4|mov|m4v|avi|mkv|webm)$/i, 'Video'],
  [/\.(cr2|cr3|nef|arw|dng|raf|orf|rw2)$/i, 'Camera raw'],
  [/\.(psd|psb)$/i, 'Photoshop'],
  [/\.bmp$/i, 'BMP'],
  [/\.(zip|rar|7z|tar|gz)$/i, 'Archive'],
];

/**
 * Why a file is refused before it is sent. The api would refuse it, too, but only after the whole upload.
 *
 * @returns one sentence; null for a file to send
 */
export function refusalOf({ name, size, head }: FileHead, limits: UploadLimits | null): string | null {
  if (size === 0) return text.upload.empty;
  if (limits !== null && size > limits.maxBytes) return text.upload.tooLarge(size, limits.maxBytes);
  if (sniff(head) !== null) return null;
  const other = KNOWN_OTHERS.find(([pattern]) => pattern.test(name))?.[1];
  return other === undefined ? text.upload.unsupported : text.upload.unsupportedFormat(other);
}
