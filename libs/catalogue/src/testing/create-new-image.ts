import { randomBytes } from 'node:crypto';
import type { NewImage } from '../image-catalogue.js';

let created = 0;

/** Creates an image as an upload inserts it; each one is newer than those before it. */
export function createNewImage(parts: Partial<NewImage> = {}): NewImage {
  created += 1;
  const createdAt = parts.createdAt ?? new Date(1_700_000_000_000 + created);
  return {
    id: imageIdAt(createdAt),
    owner: 'ada',
    filename: 'picture.jpg',
    contentType: 'image/jpeg',
    bytes: 1_000,
    sha256: 'ab'.repeat(32),
    title: null,
    caption: null,
    tags: [],
    expiresIn: null,
    ...parts,
    createdAt,
  };
}

/** A UUIDv7 (RFC 9562) of this millisecond; several of the same millisecond sort in any order. */
export function imageIdAt(time: Date): string {
  const hex = time.getTime().toString(16).padStart(12, '0') + randomBytes(10).toString('hex');
  const digits = `${hex.slice(0, 12)}7${hex.slice(13, 16)}8${hex.slice(17)}`;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
