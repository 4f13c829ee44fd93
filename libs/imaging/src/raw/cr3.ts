import type { ReadPart } from '@darkroom/contracts';
import { PictureFault } from '@darkroom/errors';
import { BoxReader } from '../heif/box-reader.js';
import type { Part } from '../wrapped.js';

/** Bytes of `moov`: Canon's have some 30,000, with a small preview in it. */
const MOOV_BYTES_MAX = 4 * 2 ** 20;
/** Boxes at the top level; Canon's files have six. */
const BOXES_MAX = 64;
const TRACKS_MAX = 16;
/** Canon's box in `moov` with the EXIF directories. */
const CANON = '85c0b687820f11e08111f4ce462b6a48';
/** Canon's box at the top level with a preview of 1,620 × 1,080 pixels. */
const PREVIEW = 'eaf42b5e1c984b88b9fbb7dc406e4d16';
const UUID_BYTES = 16;
/** From the start of Canon's preview box to its JPEG: the id, two numbers, the header of PRVW, and its own numbers. */
const PREVIEW_AT = UUID_BYTES + 8 + 8;
const PREVIEW_HEADER = 16;

/** What a CR3 contains, a file of boxes (ISO/IEC 14496-12). Canon's own boxes are not published. */
export interface Cr3 {
  /** Parts that may be JPEGs. */
  parts: Part[];
  /** IFD0 in a TIFF structure. */
  first: Buffer | null;
  /** The EXIF directory in a TIFF structure, as its first directory. */
  exif: Buffer | null;
}

/**
 * Reads the boxes of a CR3.
 *
 * @param fileBytes - size of the file
 * @throws PictureFault `corrupt_image` when a box ends after the box around it
 */
export function readCr3(read: ReadPart, fileBytes: number): Cr3 {
  const found: Cr3 = { parts: [], first: null, exif: null };
  let hasMovie = false;
  for (const { type, offset, length } of topBoxes(read, fileBytes)) {
    if (type === 'moov') {
      hasMovie = true;
      readMovie(Buffer.from(read(offset, Math.min(length, MOOV_BYTES_MAX))), found);
    }
    if (type === 'uuid') found.parts.push(...previewOf(read, { offset, length }));
  }
  if (!hasMovie) throw new PictureFault('corrupt_image');
  return found;
}

/** Yields the boxes at the top level without reading them. */
function* topBoxes(read: ReadPart, fileBytes: number): Generator<Part & { type: string }> {
  let at = 0;
  for (let count = 0; count < BOXES_MAX && at + 8 <= fileBytes; count += 1) {
    const header = Buffer.from(read(at, 16));
    if (header.length < 8) throw new PictureFault('corrupt_image');
    const size32 = header.readUInt32BE(0);
    const headerBytes = size32 === 1 ? 16 : 8;
    if (header.length < headerBytes) throw new PictureFault('corrupt_image');
    const size = size32 === 1 ? Number(header.readBigUInt64BE(8)) : size32 === 0 ? fileBytes - at : size32;
    if (size < headerBytes || at + size > fileBytes) throw new PictureFault('corrupt_image');
    yield { type: header.toString('latin1', 4, 8), offset: at + headerBytes, length: size - headerBytes };
    at += size;
  }
}

function readMovie(movie: Buffer, found: Cr3): void {
  const boxes = new BoxReader(movie).boxes();
  for (const { type, content } of boxes) {
    if (type !== 'uuid' || content.toString('hex', 0, UUID_BYTES) !== CANON) continue;
    for (const inner of new BoxReader(content.subarray(UUID_BYTES)).boxes()) {
      if (inner.type === 'CMT1') found.first ??= inner.content;
      if (inner.type === 'CMT2') found.exif ??= inner.content;
    }
  }
  const tracks = boxes.filter(({ type }) => type === 'trak').slice(0, TRACKS_MAX);
  found.parts.push(...tracks.map(({ content }) => firstSample(content)).filter((part) => part !== null));
}

/** Finds the first sample of a track; a track with a JPEG has only one. */
function firstSample(track: Buffer): Part | null {
  const table = ['mdia', 'minf', 'stbl'].reduce<Buffer | undefined>(
    (content, type) => content && childOf(content, type),
    track,
  );
  if (table === undefined) return null;
  const sizes = childOf(table, 'stsz');
  const [short, long] = [childOf(table, 'stco'), childOf(table, 'co64')];
  const chunks = short ?? long;
  if (sizes === undefined || chunks === undefined) return null;
  const size = new BoxReader(sizes);
  size.fullBox();
  // One size for all samples, or 0 and a list.
  const common = size.uint(4);
  if (size.uint(4) === 0) return null;
  const length = common === 0 ? size.uint(4) : common;
  const chunk = new BoxReader(chunks);
  chunk.fullBox();
  if (chunk.uint(4) === 0) return null;
  return { offset: chunk.uint(short ? 4 : 8), length };
}

function childOf(content: Buffer, type: string): Buffer | undefined {
  return new BoxReader(content).boxes().find((box) => box.type === type)?.content;
}

function previewOf(read: ReadPart, { offset, length }: Part): Part[] {
  const head = Buffer.from(read(offset, PREVIEW_AT + PREVIEW_HEADER));
  if (head.length < PREVIEW_AT + PREVIEW_HEADER || length < head.length) return [];
  const isPreview =
    head.toString('hex', 0, UUID_BYTES) === PREVIEW &&
    head.toString('latin1', PREVIEW_AT - 4, PREVIEW_AT) === 'PRVW';
  if (!isPreview) return [];
  return [{ offset: offset + head.length, length: head.readUInt32BE(head.length - 4) }];
}
