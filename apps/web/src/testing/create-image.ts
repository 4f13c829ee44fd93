import type { Image } from '@darkroom/contracts';

/** An id that sorts by its number, as the ids of the catalogue sort by time. */
export function idOf(number: number): string {
  return `01932f6e-7a3c-7b1e-9c57-${number.toString(16).padStart(12, '0')}`;
}

/** A ready picture, with the properties that a test sets. */
export function createImage(number: number, image: Partial<Image> = {}): Image {
  return {
    id: idOf(number),
    status: 'ready',
    step: null,
    error: null,
    filename: `picture-${number}.jpg`,
    contentType: 'image/jpeg',
    bytes: 1_000_000,
    width: 3000,
    height: 2000,
    sha256: '0'.repeat(64),
    thumbhash: null,
    facts: null,
    title: null,
    caption: null,
    tags: [],
    createdAt: '2026-11-21T10:00:00.000Z',
    readyAt: '2026-11-21T10:00:01.000Z',
    expiresAt: null,
    original: { url: `/media/original-${number}` },
    variants: [],
    ...image,
  };
}
