import type { Image } from '@darkroom/contracts';
import { isFiltering } from '../library/filter.js';
import type { LibraryState } from '../library/library-state.js';
import { dayKey } from '../text/format.js';
import type { Upload } from '../uploads/upload-queue.js';
import { type Tile, UNKNOWN_ASPECT } from './justified-rows.js';

/** A card of the gallery: a picture or an upload. */
export type Entry = Tile &
  ({ readonly kind: 'image'; readonly image: Image } | { readonly kind: 'upload'; readonly upload: Upload });

export interface EntryParts {
  readonly library: LibraryState;
  /** Uploads in progress. */
  readonly open: readonly Upload[];
  /** Pictures that are being deleted. */
  readonly hidden: ReadonlySet<string>;
  /** Width divided by height, by image id, of uploaded pictures that no worker has measured yet. */
  readonly aspects: ReadonlyMap<string, number>;
  /** When an event first announced a picture; null for a picture that came with a page of the list. */
  readonly arrivedAt: (id: string) => number | null;
  readonly now: Date;
}

/** Lists the cards in order. Uploads come first, because their pictures will be the newest. */
export function listEntries(parts: EntryParts): Entry[] {
  const { library, hidden, open } = parts;
  const today = dayKey(parts.now);
  // The last file of the queue becomes the newest picture.
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

/** Whether a picture still has an upload card: its event can arrive before the answer to the upload. */
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

/** The local day of a picture. Cached, because parsing 10,000 dates is slow and a picture's date never changes. */
function sectionOf({ id, createdAt }: Image): string {
  const known = sections.get(id);
  if (known !== undefined) return known;
  const section = dayKey(new Date(createdAt));
  sections.set(id, section);
  return section;
}
