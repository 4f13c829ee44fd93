import { readFile } from 'node:fs/promises';
import { BoxReader } from '../heif/box-reader.js';
import { readHeifMeta } from '../heif/heif-meta.js';

/** One item of a drawn file. */
export interface DrawnItem {
  id: number;
  type: string;
  data: Buffer;
  /** Boxes; see the functions below. */
  properties?: Buffer[];
}

export interface DrawnHeif {
  items: DrawnItem[];
  /** 1 by default. */
  primaryId?: number;
  references?: readonly (readonly [type: string, from: number, to: readonly number[]])[];
  /** Major brand, `heic` by default. */
  brand?: string;
}

/** One picture of HEVC or AV1. */
export interface CodedPicture {
  data: Buffer;
  width: number;
  height: number;
  /** The required properties of every HEVC or AV1 picture: its decoder configuration and size. */
  properties: Buffer[];
}

/** Writes a HEIF file around coded pictures, in any structure that a test needs. */
export function drawHeif({ items, primaryId = 1, references = [], brand = 'heic' }: DrawnHeif): Buffer {
  const brands = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1${brand}`, 'latin1'));
  const properties = items.flatMap((item) => item.properties ?? []);
  const meta = (start: number) => {
    let at = start;
    const places = items.map(({ id, data }) => {
      const place = Buffer.concat([u16(id), u16(0), u16(1), u32(at), u32(data.length)]);
      at += data.length;
      return place;
    });
    return fullBox(
      'meta',
      fullBox('hdlr', u32(0), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', u16(primaryId)),
      fullBox('iloc', u16(0x4400), u16(items.length), ...places),
      fullBox('iinf', u16(items.length), ...items.map(drawEntry)),
      box('iprp', box('ipco', ...properties), drawAssociations(items)),
      ...(references.length > 0 ? [drawReferences(references)] : []),
    );
  };
  const start = brands.length + meta(0).length + 8;
  return Buffer.concat([brands, meta(start), box('mdat', ...items.map(({ data }) => data))]);
}

function drawEntry({ id, type }: DrawnItem): Buffer {
  return box('infe', u32(0x02000000), u16(id), u16(0), Buffer.from(`${type}\0`, 'latin1'));
}

function drawAssociations(items: readonly DrawnItem[]): Buffer {
  let position = 0;
  const entries = items.map(({ id, properties = [] }) => {
    const positions = properties.map(() => (position += 1));
    return Buffer.concat([u16(id), Buffer.from([positions.length]), ...positions.map((at) => u16(at))]);
  });
  // Flag 1: positions of 15 bits.
  return box('ipma', u32(1), u32(items.length), ...entries);
}

function drawReferences(references: NonNullable<DrawnHeif['references']>): Buffer {
  return fullBox(
    'iref',
    ...references.map(([type, from, to]) => box(type, u16(from), u16(to.length), ...to.map(u16))),
  );
}

export const ispe = (width: number, height: number) => fullBox('ispe', u32(width), u32(height));
/** @param turns - quarter turns, counterclockwise */
export const irot = (turns: number) => box('irot', Buffer.from([turns]));
/** @param axis - 0 swaps top and bottom, 1 left and right (ISO/IEC 23008-12:2022) */
export const imir = (axis: 0 | 1) => box('imir', Buffer.from([axis]));
export const iccColour = (profile: Buffer) => box('colr', Buffer.from('prof'), profile);
export const numberedColour = (primaries: number, transfer: number, matrix: number) =>
  box('colr', Buffer.from('nclx'), u16(primaries), u16(transfer), u16(matrix), Buffer.from([0x80]));
/** Crops to a size around the centre. */
export const clap = (width: number, height: number) =>
  box('clap', ...[width, 1, height, 1, 0, 1, 0, 1].map(u32));
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

/** Extracts the primary picture of a HEIC or AVIF file that stores it in one extent. */
export function codedPictureOf(file: Buffer): CodedPicture {
  const meta = new BoxReader(file).boxes().find(({ type }) => type === 'meta');
  if (!meta) throw new Error('The file has no meta box.');
  const { primaryId, items } = readHeifMeta(meta.content, meta.start, file.length);
  const item = items.get(primaryId);
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
  return drawHeif({
    items: [{ id: 1, type: 'hvc1', data: picture.data, properties: [...picture.properties, ...properties] }],
  });
}

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function fullBox(type: string, ...parts: Buffer[]): Buffer {
  return box(type, u32(0), ...parts);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
