import type { Image } from '@darkroom/contracts';
import { thumbHashToDataURL } from 'thumbhash';

const made = new Map<string, string | null>();

/** A blurred preview of a picture as a data: URL; null until a worker has read the picture. */
function placeholderOf({ thumbhash }: Pick<Image, 'thumbhash'>): string | null {
  if (thumbhash === null) return null;
  const known = made.get(thumbhash);
  if (known !== undefined) return known;
  const placeholder = decode(thumbhash);
  made.set(thumbhash, placeholder);
  return placeholder;
}

/** What is known of a picture before its bytes are here: its blurred shape, or at least its colour. */
export function backgroundOf(image: Image) {
  const placeholder = placeholderOf(image);
  return {
    backgroundImage: placeholder === null ? '' : `url(${placeholder})`,
    backgroundColor: image.facts?.dominantColour ?? '',
  };
}

function decode(thumbhash: string): string | null {
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.codePointAt(0) ?? 0));
  } catch {
    // A malformed hash must not prevent the picture from showing.
    return null;
  }
}
