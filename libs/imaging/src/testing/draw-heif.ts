import { readFile } from 'node:fs/promises';
import { BoxReader } from '../heif/box-reader.js';
import { readHeifMeta } from '../heif/heif-meta.js';
import { box, fullBox, u16, u32, writeHeif } from '../heif/write-heif.js';

export { writeHeif as drawHeif, type WrittenHeif as DrawnHeif } from '../heif/write-heif.js';

/** One picture of HEVC or AV1. */
export interface CodedPicture {
  data: Buffer;
  width: number;
  height: number;
  /** The required properties of every HEVC or AV1 picture: its decoder configuration and size. */
  properties: Buffer[];
}

export const ispe = (width: number, height: number) => fullBox('ispe', u32(width), u32(height));
/** @param turns - quarter turns, counterclockwise */
export const irot = (turns: number) => box('irot', Buffer.from([turns]));
/** @param axis - 0 swaps top and bottom, 1 left and right (ISO/IEC 23008-12:2022) */
export const imir = (axis: 0 | 1) => box('imir', Buffer.from([axis]));
export const iccColour = (profile: Buffer) => box('colr', Buffer.from('prof'), profile);
export const numberedColour = (primaries: number, transfer: number, matrix: number, isFullRange = true) =>
  box(
    'colr',
    Buffer.from('nclx'),
    u16(primaries),
    u16(transfer),
    u16(matrix),
    Buffer.from([isFullRange ? 0x80 : 0]),
  );
/**
 * Crops to a size. The numbers are fractions of one denominator.
 *
 * @param right - distance of the centre from that of the picture
 * @param down - the same
 */
export const clap = (width: number, height: number, right = 0, down = 0, denominator = 1) =>
  box('clap', ...[width, height, right, down].flatMap((value) => [u32(value >>> 0), u32(denominator)]));
/** The kind of an auxiliary track: alpha. */
export const auxi = () => fullBox('auxi', Buffer.from('urn:mpeg:hevc:2015:auxid:1\0'));
export const alphaOf = () => fullBox('auxC', Buffer.from('urn:mpeg:hevc:2015:auxid:1\0'));

/** The data of a `grid` item. */
export function gridData(columns: number, rows: number, width: number, height: number): Buffer {
  return Buffer.concat([Buffer.from([0, 0, rows - 1, columns - 1]), u16(width), u16(height)]);
}

/** The data of an `Exif` item. */
export function exifData(tiff: Buffer): Buffer {
  return Buffer.concat([u32(0), tiff]);
}

/** Reads a picture of libs/imaging/fixtures, unchanged. */
export async function readFixture(name: string): Promise<Buffer> {
  return readFile(new URL(`../../fixtures/${name}.heic`, import.meta.url));
}

/** Reads the HEVC picture of a fixture. */
export async function codedFixture(name: string): Promise<CodedPicture> {
  return codedPictureOf(await readFixture(name));
}

/**
 * Extracts a picture of a HEIC or AVIF file that stores it in one extent.
 *
 * @param id - of its item; the primary one by default
 */
export function codedPictureOf(file: Buffer, id?: number): CodedPicture {
  const meta = new BoxReader(file).boxes().find(({ type }) => type === 'meta');
  if (!meta) throw new Error('The file has no meta box.');
  const { primaryId, items } = readHeifMeta(meta.content, meta.start, file.length);
  const item = items.get(id ?? primaryId);
  const [extent] = item?.extents ?? [];
  const size = item?.properties.find(({ type }) => type === 'ispe')?.content;
  const configuration = item?.properties.find(({ type }) => type === 'hvcC' || type === 'av1C');
  if (!extent || !configuration || !size) throw new Error('The file has no coded picture.');
  const [width, height] = [size.readUInt32BE(4), size.readUInt32BE(8)];
  return {
    data: file.subarray(extent.offset, extent.offset + extent.length),
    width,
    height,
    properties: [box(configuration.type, configuration.content), ispe(width, height)],
  };
}

/** A file of one coded picture with additional properties. */
export function drawOne(picture: CodedPicture, ...properties: Buffer[]): Buffer {
  return writeHeif({
    items: [{ id: 1, type: 'hvc1', data: picture.data, properties: [...picture.properties, ...properties] }],
  });
}
