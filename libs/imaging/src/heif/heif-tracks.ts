import { PictureFault } from '@darkroom/errors';
import { unsupported } from '../unsupported.js';
import { BoxReader } from './box-reader.js';
import type { Extent, HeifItem, HeifMeta, HeifReference, Property } from './heif-meta.js';

/** A track, described as an item with the id of the track and the data of its first picture. */
interface Track {
  item: HeifItem;
  references: HeifReference[];
}

/** The boxes of a sample entry that mean the same as properties of an item. */
const KEPT = new Set(['hvcC', 'av1C', 'colr', 'clap', 'auxi', 'pixi']);

/** Bytes of a visual sample entry before its boxes, and of its width (ISO/IEC 14496-12, 12.1.3.2). */
const ENTRY_BYTES = 78;
const ENTRY_SIZE_AT = 24;
const PROPERTIES_MAX = 50;
/** Alpha, and a map of depth. A hostile file could make the same data the picture of many tracks. */
const AUXILIARY_MAX = 4;

/**
 * The transformations of items that are the same as the matrix of a track: where (1, 0) and (0, 1) go, with y pointing
 * down.
 */
const TURNS: Record<string, readonly (readonly [type: 'irot' | 'imir', value: number])[]> = {
  '0,1,-1,0': [['irot', 3]],
  '-1,0,0,-1': [['irot', 2]],
  '0,-1,1,0': [['irot', 1]],
  '-1,0,0,1': [['imir', 1]],
  '1,0,0,-1': [['imir', 0]],
  '0,1,1,0': [
    ['irot', 1],
    ['imir', 0],
  ],
  '0,-1,-1,0': [
    ['irot', 1],
    ['imir', 1],
  ],
};

/**
 * Describes the first picture of the first track with pictures, and its alpha, as the items of a still picture.
 *
 * @param movie - content of the `moov` box
 * @param fileSize - bytes
 * @throws PictureFault `corrupt_image`; `unsupported_format` for a video
 */
export function readTracks(movie: Buffer, fileSize: number): HeifMeta {
  const boxes = new BoxReader(movie).boxes();
  if (boxes.some(({ type }) => type === 'mvex')) throw unsupported('a fragmented HEIF sequence');
  const found = boxes
    .filter(({ type }) => type === 'trak')
    .map(({ content }) => ({ content, handler: handlerOf(content) }));
  const picture = found.find(({ handler }) => handler === 'pict');
  if (!picture) {
    if (found.some(({ handler }) => handler === 'vide')) throw unsupported('a video');
    throw new PictureFault('corrupt_image');
  }
  const primary = readTrack(picture.content, fileSize);
  const auxiliary = found
    .filter(({ handler }) => handler === 'auxv')
    .slice(0, AUXILIARY_MAX)
    .map(({ content }) => readTrack(content, fileSize))
    // libheif refuses a picture with an auxiliary one whose kind is not stated.
    .filter(({ item }) => item.properties.some(({ type }) => type === 'auxC'));
  const tracks = [primary, ...auxiliary];
  return {
    primaryId: primary.item.id,
    items: new Map(tracks.map(({ item }) => [item.id, item])),
    references: tracks.flatMap(({ references }) => references),
  };
}

function handlerOf(track: Buffer): string {
  return find(find(track, 'mdia'), 'hdlr').toString('latin1', 8, 12);
}

function readTrack(track: Buffer, fileSize: number): Track {
  const { id, turns } = readTrackHeader(new BoxReader(find(track, 'tkhd')));
  const samples = find(find(find(track, 'mdia'), 'minf'), 'stbl');
  const { type, properties } = readSampleEntry(find(samples, 'stsd'));
  const item: HeifItem = {
    id,
    type,
    contentType: '',
    extents: [readFirstSample(samples, fileSize)],
    properties: [...properties, ...turns],
  };
  const references = new BoxReader(findIf(track, 'tref') ?? Buffer.alloc(0)).boxes().map((reference) => {
    const ids = new BoxReader(reference.content);
    const to = Array.from({ length: Math.floor(ids.left / 4) }, () => ids.uint(4));
    return { type: reference.type, from: id, to };
  });
  return { item, references };
}

function readTrackHeader(reader: BoxReader): { id: number; turns: Property[] } {
  const timeBytes = reader.fullBox().version === 0 ? 4 : 8;
  reader.take(2 * timeBytes);
  const id = reader.uint(4);
  reader.take(4 + timeBytes + 16);
  const matrix = Array.from({ length: 9 }, () => Math.sign(reader.uint(4) | 0));
  const turns = TURNS[[matrix[0], matrix[1], matrix[3], matrix[4]].join(',')] ?? [];
  return { id, turns: turns.map(([type, value]) => ({ type, offset: 0, content: Buffer.from([value]) })) };
}

/** Reads the first sample entry: its codec, and its boxes as the properties of an item. */
function readSampleEntry(descriptions: Buffer): Pick<HeifItem, 'type' | 'properties'> {
  const reader = new BoxReader(descriptions);
  reader.take(8);
  const [entry] = reader.boxes();
  if (!entry || entry.content.length < ENTRY_BYTES) throw new PictureFault('corrupt_image');
  const { type, content } = entry;
  const size = Buffer.alloc(12);
  size.writeUInt32BE(content.readUInt16BE(ENTRY_SIZE_AT), 4);
  size.writeUInt32BE(content.readUInt16BE(ENTRY_SIZE_AT + 2), 8);
  const boxes = new BoxReader(content.subarray(ENTRY_BYTES)).boxes();
  const kept = boxes.filter((box) => KEPT.has(box.type));
  if (kept.length > PROPERTIES_MAX) throw new PictureFault('corrupt_image');
  const properties = kept
    // The kind of an auxiliary track is stated in the same way as that of an auxiliary item.
    .map((box) => ({ type: box.type === 'auxi' ? 'auxC' : box.type, offset: 0, content: box.content }));
  return { type, properties: [...properties, { type: 'ispe', offset: 0, content: size }] };
}

/** Returns the place of the first sample: it is the first one of the first chunk. */
function readFirstSample(samples: Buffer, fileSize: number): Extent {
  const sizes = findIf(samples, 'stsz');
  if (!sizes) throw unsupported('a HEIF sequence with compact sample sizes');
  const size = new BoxReader(sizes);
  size.take(4);
  const [everySize, count] = [size.uint(4), size.uint(4)];
  if (count === 0) throw new PictureFault('corrupt_image');
  const length = everySize === 0 ? size.uint(4) : everySize;
  const offsets = findIf(samples, 'stco');
  const chunk = new BoxReader(offsets ?? find(samples, 'co64'));
  chunk.take(8);
  const offset = chunk.uint(offsets ? 4 : 8);
  if (length === 0 || offset + length > fileSize) throw new PictureFault('corrupt_image');
  return { offset, length };
}

function find(container: Buffer, type: string): Buffer {
  const content = findIf(container, type);
  if (!content) throw new PictureFault('corrupt_image');
  return content;
}

function findIf(container: Buffer, wanted: string): Buffer | undefined {
  return new BoxReader(container).boxes().find(({ type }) => type === wanted)?.content;
}
