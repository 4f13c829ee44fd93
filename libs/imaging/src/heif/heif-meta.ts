import { PictureFault } from '@darkroom/errors';
import { type Box, BoxReader } from './box-reader.js';

/** A run of bytes in the file. */
export interface Extent {
  offset: number;
  length: number;
}

/** A property of an item. */
export interface Property {
  type: string;
  /** Offset of the content in the file. */
  offset: number;
  content: Buffer;
}

export interface HeifItem {
  id: number;
  /** `hvc1`, `grid`, `Exif`, …; empty when the file does not state it. */
  type: string;
  /** Of an item of type `mime`; otherwise empty. */
  contentType: string;
  /** Location of its data in the file; null when it is derived from the data of other items. */
  extents: Extent[] | null;
  /** In file order, which is also the order of the transformations. */
  properties: Property[];
}

export interface HeifReference {
  type: string;
  from: number;
  to: number[];
}

/** The content of the `meta` box of a HEIF file (ISO/IEC 23008-12). */
export interface HeifMeta {
  primaryId: number;
  items: Map<number, HeifItem>;
  references: HeifReference[];
}

/** Far more than any camera writes; limits the memory that a hostile file can use. */
const EXTENTS_MAX = 100_000;

/**
 * Reads the content of a `meta` box.
 *
 * @param metaOffset - offset of the content in the file
 * @param fileSize - bytes
 * @throws PictureFault `corrupt_image` when boxes contradict each other, or an item's data extends beyond the file
 */
export function readHeifMeta(meta: Buffer, metaOffset: number, fileSize: number): HeifMeta {
  const reader = new BoxReader(meta);
  reader.fullBox();
  const boxes = new Map(reader.boxes().map((box) => [box.type, box]));
  const idat = boxes.get('idat');
  const idatAt = idat ? { offset: metaOffset + idat.start, length: idat.content.length } : null;
  const entries = readEntries(boxes.get('iinf'));
  const locations = readLocations(boxes.get('iloc'), idatAt, fileSize);
  const properties = readProperties(boxes.get('iprp'), metaOffset);
  const items = new Map<number, HeifItem>();
  for (const [id, entry] of entries) {
    items.set(id, {
      id,
      ...entry,
      extents: locations.get(id) ?? null,
      properties: properties.get(id) ?? [],
    });
  }
  return { primaryId: readPrimary(boxes.get('pitm')), items, references: readReferences(boxes.get('iref')) };
}

function readPrimary(box: Box | undefined): number {
  if (!box) throw new PictureFault('corrupt_image');
  const reader = new BoxReader(box.content);
  return reader.uint(reader.fullBox().version === 0 ? 2 : 4);
}

type Entry = Pick<HeifItem, 'type' | 'contentType'>;

function readEntries(box: Box | undefined): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  if (!box) return entries;
  const reader = new BoxReader(box.content);
  reader.uint(reader.fullBox().version === 0 ? 2 : 4);
  for (const { type, content } of reader.boxes()) {
    if (type !== 'infe') continue;
    const entry = new BoxReader(content);
    const { version } = entry.fullBox();
    // Versions 0 and 1 have no item types.
    if (version < 2) continue;
    const id = entry.uint(version === 2 ? 2 : 4);
    entry.uint(2);
    const itemType = entry.type();
    // The name of the item.
    entry.text();
    entries.set(id, { type: itemType, contentType: itemType === 'mime' ? entry.text() : '' });
  }
  return entries;
}

/** Reads `iloc`, and compares every extent with the end of the file. */
function readLocations(
  box: Box | undefined,
  idat: Extent | null,
  fileSize: number,
): Map<number, Extent[] | null> {
  const locations = new Map<number, Extent[] | null>();
  if (!box) return locations;
  const reader = new BoxReader(box.content);
  const { version } = reader.fullBox();
  const sizes = reader.uint(2);
  const [offsetSize, lengthSize, baseSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  if ([offsetSize, lengthSize, baseSize, indexSize].some((size) => size !== 0 && size !== 4 && size !== 8)) {
    throw new PictureFault('corrupt_image');
  }
  const count = reader.uint(version < 2 ? 2 : 4);
  let extentsRead = 0;
  for (let index = 0; index < count; index += 1) {
    const id = reader.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.uint(2) & 15;
    reader.uint(2);
    const base = reader.uint(baseSize);
    const extentCount = reader.uint(2);
    extentsRead += extentCount;
    if (extentsRead > EXTENTS_MAX) throw new PictureFault('corrupt_image');
    const within = method === 1 ? idat : { offset: 0, length: fileSize };
    const extents: Extent[] = [];
    for (let extent = 0; extent < extentCount; extent += 1) {
      reader.uint(indexSize);
      const offset = base + reader.uint(offsetSize);
      const statedLength = reader.uint(lengthSize);
      if (method > 1) continue;
      if (!within) throw new PictureFault('corrupt_image');
      extents.push(toExtent(within, offset, statedLength));
    }
    locations.set(id, method > 1 ? null : extents);
  }
  return locations;
}

/** A length of 0 means everything up to the end (ISO/IEC 14496-12, 8.11.3). */
function toExtent(within: Extent, offset: number, statedLength: number): Extent {
  const length = statedLength === 0 ? within.length - offset : statedLength;
  if (length < 0 || offset + length > within.length) throw new PictureFault('corrupt_image');
  return { offset: within.offset + offset, length };
}

/** Reads the properties of each item from `ipco` and `ipma`. */
function readProperties(box: Box | undefined, metaOffset: number): Map<number, Property[]> {
  const properties = new Map<number, Property[]>();
  if (!box) return properties;
  const boxes = new BoxReader(box.content).boxes();
  const container = boxes.find(({ type }) => type === 'ipco');
  const known = container ? new BoxReader(container.content).boxes() : [];
  const at = metaOffset + box.start + (container?.start ?? 0);
  for (const { content } of boxes.filter(({ type }) => type === 'ipma')) {
    const reader = new BoxReader(content);
    const { version, flags } = reader.fullBox();
    const count = reader.uint(4);
    for (let index = 0; index < count; index += 1) {
      const id = reader.uint(version < 1 ? 2 : 4);
      const own = properties.get(id) ?? [];
      const associations = reader.uint(1);
      for (let association = 0; association < associations; association += 1) {
        // The highest bit marks properties that a reader must support; libheif checks it.
        const position = (flags & 1) === 1 ? reader.uint(2) & 0x7fff : reader.uint(1) & 0x7f;
        const property = known[position - 1];
        if (property)
          own.push({ type: property.type, offset: at + property.start, content: property.content });
      }
      properties.set(id, own);
    }
  }
  return properties;
}

function readReferences(box: Box | undefined): HeifReference[] {
  if (!box) return [];
  const reader = new BoxReader(box.content);
  const idSize = reader.fullBox().version === 0 ? 2 : 4;
  return reader.boxes().map(({ type, content }) => {
    const entry = new BoxReader(content);
    const from = entry.uint(idSize);
    const count = entry.uint(2);
    return { type, from, to: Array.from({ length: count }, () => entry.uint(idSize)) };
  });
}
