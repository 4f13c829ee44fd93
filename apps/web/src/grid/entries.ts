import type { Image } from '@darkroom/contracts';
import { isFiltering } from '../library/filter.js';
import type { LibraryState } from '../library/library-state.js';
import { dayKey } from '../text/format.js';
import type { Upload } from '../uploads/upload-queue.js';
import { type Tile, UNKNOWN_ASPECT } from './justified-rows.js';

/** A card of the gallery: a picture, or a file on its way to become one. */
export type Entry = Tile &
  ({ readonly kind: 'image'; readonly image: Image } | { readonly kind: 'upload'; readonly upload: Upload });

export interface EntryParts {
  readonly library: LibraryState;
  /** Files on their way. */
  readonly open: readonly Upload[];
  /** Pictures that are being deleted. */
  readonly hidden: ReadonlySet<string>;
  /** Width divided by height of pictures that this browser has uploaded, before the server knows. */
  readonly aspects: ReadonlyMap<string, number>;
  /** When the page heard of a picture by an event; null for those of a page. */
  readonly arrivedAt: (id: string) => number | null;
  readonly now: Date;
}

/** The cards in their order: what is being uploaded stands where it will stand as a picture, at the beginning. */
export function listEntries(parts: EntryParts): Entry[] {
  const { library, hidden, open } = parts;
  const today = dayKey(parts.now);
  // The file sent last becomes the newest picture.
  const shown = isFiltering(library.filter) || !library.loaded ? [] : open;
  const cards = shown.toReversed().map((upload): Entry => ({
    kind: 'upload',
    key: `upload-${upload.id}`,
    section: today,
    aspect: upload.aspect ?? UNKNOWN_ASPECT,
    upload,
  }));
  const pictures = library.ids.flatMap((id): Entry[] => {
    const image = library.images.get(id);
    if (image === undefined || hidden.has(id) || isStillUploading(image, open, parts)) return [];
    const aspect = aspectOf(image) ?? parts.aspects.get(id) ?? UNKNOWN_ASPECT;
    return [{ kind: 'image', key: id, section: sectionOf(image), aspect, image }];
  });
  return [...cards, ...pictures];
}

/** An event may tell of a picture before its upload is answered; it is one card all the same. */
function isStillUploading(image: Image, open: readonly Upload[], { arrivedAt }: EntryParts): boolean {
  if (open.length === 0) return false;
  const arrived = arrivedAt(image.id);
  return (
    arrived !== null &&
    open.some(
      ({ file, startedAt }) =>
        startedAt !== null &&
        startedAt <= arrived &&
        file.size === image.bytes &&
        file.name === image.filename,
    )
  );
}

function aspectOf({ width, height }: Image): number | null {
  return width === null || height === null ? null : width / height;
}

const sections = new Map<string, string>();

/** The local day of a picture. Ten thousand dates take a while to read; a picture's never changes. */
function sectionOf({ id, createdAt }: Image): string {
  const known = sections.get(id);
  if (known !== undefined) return known;
  const section = dayKey(new Date(createdAt));
  sections.set(id, section);
  return section;
}
