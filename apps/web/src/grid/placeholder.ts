import type { Image } from '@darkroom/contracts';
import { thumbHashToDataURL } from 'thumbhash';

const made = new Map<string, string | null>();

/** A blurred preview of a picture as a data: URL; null until a worker has read the picture. */
export function placeholderOf({ thumbhash }: Pick<Image, 'thumbhash'>): string | null {
  if (thumbhash === null) return null;
  const known = made.get(thumbhash);
  if (known !== undefined) return known;
  const placeholder = decode(thumbhash);
  made.set(thumbhash, placeholder);
  return placeholder;
}

function decode(thumbhash: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.codePointAt(0) ?? 0));
  } catch {
    // A malformed hash must not prevent the picture from showing.
    return null;
  }
}
