import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { webAssembly } from '../web-assembly.js';

/** Pixels to write: row by row, without gaps. */
export interface DrawnPixels {
  width: number;
  height: number;
  /** 1: grey, 3: RGB, 4: RGB and alpha. */
  channels: 1 | 3 | 4;
  data: Buffer;
}

/** How `drawBmp` packs pixels. */
export interface BmpOptions {
  /** Bits of a pixel: 8 needs grey pixels, 24 RGB, 32 RGBA. */
  bits: 8 | 24 | 32;
  runs?: boolean;
  topDown?: boolean;
}

/** Writes a BMP with BITMAPINFOHEADER, or with BITMAPV4HEADER for 32 bits. */
export function drawBmp(pixels: DrawnPixels, { bits, runs = false, topDown = false }: BmpOptions): Buffer {
  const dib = drawDib(pixels, { bits, runs, topDown });
  const head = Buffer.alloc(14);
  head.write('BM');
  head.writeUInt32LE(14 + dib.file.length, 2);
  head.writeUInt32LE(14 + dib.pixelsAt, 10);
  return Buffer.concat([head, dib.file]);
}

function drawDib(
  { width, height, channels, data }: DrawnPixels,
  { bits, runs = false, topDown = false }: BmpOptions,
): { file: Buffer; pixelsAt: number } {
  const header = Buffer.alloc(bits === 32 ? 108 : 40);
  header.writeUInt32LE(header.length, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(topDown ? -height : height, 8);
  header.writeUInt16LE(1, 12);
  header.writeUInt16LE(bits, 14);
  header.writeUInt32LE(bits === 32 ? 3 : runs ? 1 : 0, 16);
  if (bits === 32)
    [0xff_00_00, 0xff_00, 0xff, 0xff_00_00_00].forEach((mask, at) => header.writeUInt32LE(mask, 40 + at * 4));
  const palette =
    bits === 8
      ? Buffer.from(Array.from({ length: 256 }, (_, grey) => [grey, grey, grey, 0]).flat())
      : Buffer.alloc(0);
  const rows: Buffer[] = [];
  for (let row = 0; row < height; row += 1) {
    const y = topDown ? row : height - 1 - row;
    const from = data.subarray(y * width * channels, (y + 1) * width * channels);
    if (runs) rows.push(packRuns(from));
    else {
      const stride = Buffer.alloc(Math.ceil((width * channels) / 4) * 4);
      from.copy(stride);
      if (channels >= 3)
        for (let at = 0; at < from.length; at += channels) stride.subarray(at, at + 3).reverse();
      rows.push(stride);
    }
  }
  if (runs) rows.push(Buffer.from([0, 1]));
  return { file: Buffer.concat([header, palette, ...rows]), pixelsAt: header.length + palette.length };
}

/** Runs of equal pixels, and the end of the row. */
function packRuns(row: Buffer): Buffer {
  const codes: number[] = [];
  for (let at = 0; at < row.length;) {
    let end = at + 1;
    while (end < row.length && end - at < 255 && row[end] === row[at]) end += 1;
    codes.push(end - at, row[at] ?? 0);
    at = end;
  }
  return Buffer.from([...codes, 0, 0]);
}

/** Writes an ICO whose pictures are PNG files, or bitmaps of 32 bits with an empty mask. */
export function drawIco(
  pictures: readonly (DrawnPixels | { width: number; height: number; png: Buffer })[],
): Buffer {
  const files = pictures.map((picture) => ('png' in picture ? picture.png : drawIcon(picture)));
  const head = Buffer.alloc(6 + 16 * pictures.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(pictures.length, 4);
  let at = head.length;
  pictures.forEach(({ width, height }, index) => {
    const entry = 6 + index * 16;
    const length = files[index]?.length ?? 0;
    // 0 stands for 256.
    head.writeUInt8(width % 256, entry);
    head.writeUInt8(height % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(length, entry + 8);
    head.writeUInt32LE(at, entry + 12);
    at += length;
  });
  return Buffer.concat([head, ...files]);
}

function drawIcon(picture: DrawnPixels): Buffer {
  const { file } = drawDib(picture, { bits: 32 });
  const header = Buffer.from(file.subarray(0, 40));
  header.writeUInt32LE(40, 0);
  header.writeInt32LE(picture.height * 2, 8);
  header.writeUInt32LE(0, 16);
  const mask = Buffer.alloc(Math.ceil(picture.width / 32) * 4 * picture.height);
  return Buffer.concat([header, file.subarray(108), mask]);
}

/** Writes a QOI file with literal pixels, and runs of one. */
export function drawQoi({ width, height, channels, data }: DrawnPixels): Buffer {
  const head = Buffer.alloc(14);
  head.write('qoif');
  head.writeUInt32BE(width, 4);
  head.writeUInt32BE(height, 8);
  head.writeUInt8(channels, 12);
  const chunks: Buffer[] = [head];
  let previous: Buffer = Buffer.from([0, 0, 0, 255].slice(0, channels));
  for (let at = 0; at < data.length; at += channels) {
    const pixel = data.subarray(at, at + channels);
    chunks.push(
      pixel.equals(previous) ? Buffer.from([0xc0]) : Buffer.from([channels === 4 ? 0xff : 0xfe, ...pixel]),
    );
    previous = pixel;
  }
  return Buffer.concat([...chunks, Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])]);
}

/** What `drawPsd` writes: planes of whole bytes, high byte first. */
export interface DrawnPsd {
  width: number;
  height: number;
  /** 1: grey, 2: indexed, 3: RGB, 4: CMYK, 9: CIELab. */
  mode: number;
  depth?: 1 | 8 | 16;
  planes: readonly Buffer[];
  runs?: boolean;
  /** PSB, the format of large documents. */
  large?: boolean;
  /** The palette of an indexed document. */
  colours?: Buffer;
  resources?: readonly (readonly [id: number, data: Buffer])[];
  /** Negative when the first extra plane is the transparency; 0 writes no layers. */
  layers?: number;
}

/** Writes a Photoshop document that holds only its composite. */
export function drawPsd(psd: DrawnPsd): Buffer {
  const { width, height, mode, depth = 8, planes, runs = false, large = false, layers = 0 } = psd;
  const head = Buffer.alloc(26);
  head.write('8BPS');
  head.writeUInt16BE(large ? 2 : 1, 4);
  head.writeUInt16BE(planes.length, 12);
  head.writeUInt32BE(height, 14);
  head.writeUInt32BE(width, 18);
  head.writeUInt16BE(depth, 22);
  head.writeUInt16BE(mode, 24);
  const resources = (psd.resources ?? []).map(([id, data]) =>
    Buffer.concat([
      Buffer.from('8BIM'),
      uint(id, 2),
      Buffer.alloc(2),
      uint(data.length, 4),
      data,
      Buffer.alloc(data.length % 2),
    ]),
  );
  const size = large ? 8 : 4;
  const info = layers === 0 ? [] : [uint(2, size), uint(layers & 0xffff, 2)];
  return Buffer.concat([
    head,
    section([psd.colours ?? Buffer.alloc(0)], 4),
    section(resources, 4),
    section(info, size),
    uint(runs ? 1 : 0, 2),
    ...(runs ? packPlanes(planes, Math.ceil((width * depth) / 8), large ? 4 : 2) : planes),
  ]);
}

/** @param size - bytes of the length of a row */
function packPlanes(planes: readonly Buffer[], rowBytes: number, size: number): Buffer[] {
  const rows = planes.flatMap((plane) =>
    Array.from({ length: plane.length / rowBytes }, (_, y) =>
      packBits(plane.subarray(y * rowBytes, (y + 1) * rowBytes)),
    ),
  );
  return [...rows.map((row) => uint(row.length, size)), ...rows];
}

/** PackBits: runs, and literals of one byte. */
function packBits(row: Buffer): Buffer {
  const codes: number[] = [];
  for (let at = 0; at < row.length;) {
    let end = at + 1;
    while (end < row.length && end - at < 128 && row[end] === row[at]) end += 1;
    codes.push(end - at === 1 ? 0 : 257 - (end - at), row[at] ?? 0);
    at = end;
  }
  return Buffer.from(codes);
}

function section(parts: readonly Buffer[], size: number): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([uint(content.length, size), content]);
}

function uint(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, Math.max(0, size - 6), Math.min(6, size));
  return bytes;
}

interface MagickEncoder {
  MagickReadSettings: new (settings: object) => { depth?: number };
  MagickImage: {
    create(
      data: Uint8Array,
      settings: object,
    ): { quality: number; write<T>(format: string, use: (data: Uint8Array) => T): T };
  };
  initializeImageMagick(module: object): Promise<void>;
}

let encoder: Promise<MagickEncoder> | undefined;

/** Encodes a JPEG XL or JPEG 2000 with ImageMagick in WebAssembly. @param quality - 100 for lossless */
export async function drawWithMagick(
  format: 'JXL' | 'JP2' | 'J2K',
  { width, height, channels, data }: DrawnPixels,
  quality = 100,
): Promise<Buffer> {
  encoder ??= loadEncoder();
  const magick = await encoder;
  const raw = { 1: 'GRAY', 3: 'RGB', 4: 'RGBA' }[channels];
  const settings = new magick.MagickReadSettings({ format: raw, width, height });
  settings.depth = 8;
  const image = magick.MagickImage.create(data, settings);
  image.quality = quality;
  return image.write(format, (file) => Buffer.from(file));
}

async function loadEncoder(): Promise<MagickEncoder> {
  const require = createRequire(import.meta.url);
  const module = new webAssembly.Module(
    readFileSync(require.resolve('@imagemagick/magick-wasm/magick.wasm')),
  );
  // The decoder under test loads the same package, and forbids it to encode.
  delete require.cache[require.resolve('@imagemagick/magick-wasm')];
  const magick = require('@imagemagick/magick-wasm') as MagickEncoder;
  await magick.initializeImageMagick(module);
  return magick;
}
