import { sniff, SNIFF_BYTES, unsupportedKinds } from '@darkroom/contracts';
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

/**
 * Why a file is refused before it is sent. The api would refuse it, too, but only after the whole upload.
 *
 * @returns one sentence; null for a file to send
 */
export function refusalOf({ name, size, head }: FileHead, limits: UploadLimits | null): string | null {
  if (size === 0) return text.upload.empty;
  if (limits !== null && size > limits.maxBytes) return text.upload.tooLarge(size, limits.maxBytes);
  if (sniff(head) !== null) return null;
  const extension = /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  const other = unsupportedKinds.find(({ extensions }) => extensions.includes(extension))?.name;
  return other === undefined ? text.upload.unsupported : text.upload.unsupportedFormat(other);
}
