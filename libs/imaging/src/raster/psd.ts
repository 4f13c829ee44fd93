import { readFileSync } from 'node:fs';
import { PictureFault } from '@darkroom/errors';
import { type Context, need } from '../context.js';
import type { Header } from '../loader.js';
import { createRawTiff, type RawPicture } from '../raw-tiff.js';
import { unsupported } from '../unsupported.js';
import { Bytes } from './bytes.js';
import { labToSrgb } from './lab-to-srgb.js';
import { MODE, type PsdHeader, readPsdHeader } from './psd-header.js';
import { planeWriter, removeWhite } from './psd-planes.js';
import { rasterMetadata } from './raster-header.js';
import { unpackBits } from './unpack-bits.js';
import { withFile } from './with-file.js';

const RAW = 0;
const RLE = 1;
const ROWS_A_LOOK = 256;

/** Reads the header of a Photoshop document. @param fd - an open file; stays open */
export async function readPsd(fd: number): Promise<Header> {
  const psd = readPsdHeader(fd);
  const { exif, xmp, iptc } = psd;
  return { metadata: rasterMetadata({ ...pictureOf(psd), icc: profileOf(psd), exif, xmp, iptc }) };
}

/** Decodes the composite of a Photoshop document. @returns an uncompressed TIFF with its colour profile */
export async function decodePsd(context: Context): Promise<Buffer> {
  const psd = withFile(context.input.path, readPsdHeader);
  const picture = pictureOf(psd);
  const tiff = createRawTiff(picture, need(context, 'source').icc ?? null);
  const file = new Bytes(readFileSync(context.input.path));
  const rows = compositeRows(file, psd);
  const planes = psd.colours + (psd.hasAlpha && psd.mode !== MODE.cmyk ? 1 : 0);
  const write = planeWriter(psd, picture, tiff.pixels);
  for (let plane = 0; plane < planes; plane += 1) {
    for (let y = 0; y < psd.height; y += 1) {
      if (y % ROWS_A_LOOK === 0) context.deadline.check();
      write(plane, y, rows(plane, y));
    }
  }
  if (psd.mode === MODE.lab) labToSrgb(tiff.pixels, picture, context.deadline);
  if (psd.hasAlpha && picture.channels % 2 === 0) removeWhite(tiff.pixels, picture, context.deadline);
  return tiff.file;
}

function pictureOf({
  width,
  height,
  mode,
  colours,
  hasAlpha,
  depth,
  transparentIndex,
}: PsdHeader): RawPicture {
  const size = { width, height };
  // The composite is stored on white, and is shown on it without its alpha.
  if (mode === MODE.cmyk) return { ...size, channels: 4, bits: depth === 16 ? 16 : 8, isCmyk: true };
  if (mode === MODE.indexed) return { ...size, channels: transparentIndex >= 0 ? 4 : 3 };
  const channels = ((colours === 3 ? 3 : 1) + (hasAlpha ? 1 : 0)) as 1 | 2 | 3 | 4;
  return { ...size, channels, bits: depth === 16 ? 16 : 8 };
}

/** CIELab and a duotone become sRGB here. */
function profileOf({ mode, icc }: PsdHeader): Buffer | undefined {
  return mode === MODE.lab || mode === MODE.duotone || mode === MODE.bitmap ? undefined : icc;
}

/** @returns a function that reads a row of a plane; the planes follow each other */
function compositeRows(file: Bytes, psd: PsdHeader): (plane: number, y: number) => Buffer {
  const { width, height, stored, depth, large, compositeAt } = psd;
  const compression = file.u16be(compositeAt);
  const rowBytes = Math.ceil((width * depth) / 8);
  const at = compositeAt + 2;
  if (compression === RAW) {
    return (plane, y) => file.slice(at + (plane * height + y) * rowBytes, rowBytes);
  }
  if (compression !== RLE) {
    throw compression === 2 || compression === 3
      ? unsupported('a Photoshop document with a ZIP-compressed composite')
      : new PictureFault('corrupt_image');
  }
  const size = large ? 4 : 2;
  let next = at + height * stored * size;
  const row = Buffer.alloc(rowBytes);
  return (plane, y) => {
    const index = at + (plane * height + y) * size;
    const length = large ? file.u32be(index) : file.u16be(index);
    unpackBits(file.slice(next, length), row);
    next += length;
    return row;
  };
}
